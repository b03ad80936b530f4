/** The texts of the sample in English. They say nothing of a version, and changing a byte makes another share of it. Rule [FL20]. */

export const WELCOME_EN = `Welcome to Shoal

You are sharing this folder. It was made for you to try things with, and nothing of yours is in it.

What happens here
  1. The files were cut into chunks of at most 1 MiB, and each chunk was hashed. The hashes together make the root of this
     share: the long word that begins with "baf". The same bytes have the same root on every machine.
  2. The link of this share holds that root. Whoever has the link can ask for the chunks, and checks each one against
     its hash, so nobody on the way can change a byte without being noticed.
  3. The files stay where they are. Nothing was uploaded: there is no server to upload to. While Shoal runs on this
     machine, others can fetch from it; when it does not, they can fetch from everyone else who has it.

Try this
  - Copy the link, open it in Shoal on another machine (or in a second profile on this one), and watch the chunks arrive.
  - While it loads, stop Shoal on one side and start it again. It goes on where it was.
  - Let a third machine fetch it as well. It takes chunks from both of the others. Then switch the first one off.

What is in the folder
  - welcome.txt           this text (bem-vindo.txt in Portuguese, bienvenida.txt in Spanish)
  - how-swarms-work.txt   a page about what you see (como-funcionam-os-enxames.txt, como-funcionan-los-enjambres.txt)
  - shoal.svg             a picture, drawn for this folder
  - noise-24-mib.bin      24 MiB that mean nothing

The noise is there so that a transfer takes long enough to be watched. It is generated (the key stream of AES-256 in counter
mode, key "shoal sample noise" hashed with SHA-256, counter from zero), it hides nothing, and no program opens it. You may delete the
whole folder: remove the share first, or Shoal will tell you that its files have gone.
`

export const HOW_SWARMS_WORK_EN = `How swarms work

A server hands out whole files, one line of customers after another. A swarm has no counter. Everybody who wants a file
takes some pieces of it from somebody and gives those pieces on, and for most of the time everybody is customer and shop
at once.

Pieces
  A file is cut into chunks. Each has a hash, a number so long that no two different chunks ever had the same one. The list of
  hashes is itself hashed, and the hash of that list is what a link carries. From one short word follows every byte, so
  it does not matter who a chunk comes from. A stranger's chunk is as good as a friend's once its hash is right, and
  worthless if it is not.

Finding each other
  On one network, machines call out and listen. Further away they use a distributed hash table: every machine keeps a small part
  of a large directory, the part whose numbers lie near its own. To find out who has a file, ask somebody whose number is
  nearer to the file's than yours; they know somebody nearer still. Each step halves the distance, so among a million
  machines some twenty steps are enough, and no machine knows the whole.

Choosing
  Which chunk should you fetch first? The one that the fewest others have. If its last owner leaves, it is gone; once you have
  it there are two of it. When everybody chooses like this, rare chunks become common quickly, and everybody always has
  something that somebody else lacks. The very last chunks are asked of several at once, so that one slow peer does not hold
  up the end.

Giving
  A machine can upload to a few others well or to many badly. So there are slots. They go to those who give the most back, and
  now and then to somebody new, who has nothing to give yet and deserves a start.

Leaving
  Machines are switched off, cables are pulled, laptops are closed. Nobody says goodbye then; there is only silence. Was it
  a slow answer, or no answer any more? That cannot be known, only suspected. After a while of silence a peer is suspected and
  its chunks are asked of others; if it speaks again, it is back, and the only harm was a chunk asked for twice.

How long it lasts
  Count the copies of the rarest chunk. If there are three, any two machines may leave and everything is still there. That
  number, less one, is how many departures a file survives. It is the only promise a swarm can make, and it can be read off the
  screen at any time.
`
