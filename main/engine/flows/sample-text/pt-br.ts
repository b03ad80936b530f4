/** The texts of the sample in Brazilian Portuguese. They say nothing of a version, and changing a byte makes another share of it. Rule [FL20]. */

export const WELCOME_PT_BR = `Bem-vindo ao Shoal

Você está compartilhando esta pasta. Ela foi criada para você experimentar, e não há nada seu dentro dela.

O que acontece aqui
  1. Os arquivos foram divididos em blocos (chunks) de no máximo 1 MiB, e de cada bloco foi calculado um hash. Os hashes juntos
     formam a raiz deste compartilhamento: a palavra comprida que começa com "baf". Os mesmos bytes têm a mesma raiz em
     qualquer máquina.
  2. O link deste compartilhamento contém essa raiz. Quem tiver o link pode pedir os blocos e confere cada um com o seu hash;
     por isso ninguém no caminho consegue mudar um byte sem que se perceba.
  3. Os arquivos ficam onde estão. Nada foi enviado: não há servidor para onde enviar. Enquanto o Shoal estiver aberto nesta
     máquina, outros podem baixar dela; quando não estiver, podem baixar de todos os demais que tiverem o conteúdo.

Experimente
  - Copie o link, abra-o no Shoal em outra máquina (ou em um segundo perfil nesta) e veja os blocos chegarem.
  - Durante o download, encerre o Shoal em um dos lados e abra-o de novo. Ele continua de onde parou.
  - Deixe uma terceira máquina baixar também. Ela recebe blocos das outras duas. Depois desligue a primeira.

O que há na pasta
  - bem-vindo.txt                   este texto (welcome.txt em inglês, bienvenida.txt em espanhol)
  - como-funcionam-os-enxames.txt   uma página sobre o que você vê
  - shoal.svg                       uma imagem, desenhada para esta pasta
  - noise-24-mib.bin                24 MiB que não significam nada

O ruído está aí para que uma transferência dure o bastante para ser observada. Ele é gerado (o fluxo de chave do AES-256 em modo
contador, com a chave "shoal sample noise" passada pelo SHA-256 e o contador a partir de zero), não esconde nada, e nenhum programa o
abre. Você pode apagar a pasta inteira: antes remova o compartilhamento, senão o Shoal avisará que os arquivos sumiram.
`

export const HOW_SWARMS_WORK_PT_BR = `Como funcionam os enxames

Um servidor entrega arquivos inteiros, uma fila de clientes depois da outra. Um enxame não tem balcão. Quem quer um arquivo
recebe alguns pedaços de alguém e os passa adiante, e na maior parte do tempo todos são cliente e loja ao mesmo tempo.

Blocos
  Um arquivo é dividido em blocos. Cada um tem um hash, um número tão comprido que nunca dois blocos diferentes tiveram o mesmo.
  Da lista de hashes também se calcula um hash, e é ele que o link leva. De uma só palavra curta decorre cada byte; por
  isso não importa de quem vem um bloco. O de um estranho vale tanto quanto o de um amigo se o hash estiver certo, e não
  vale nada se não estiver.

Encontrar uns aos outros
  Em uma mesma rede, as máquinas chamam e escutam. Mais longe, usam uma tabela hash distribuída (DHT): cada máquina guarda uma
  pequena parte de um grande diretório, a parte cujos números ficam perto do seu. Para saber quem tem um arquivo, pergunte a
  alguém cujo número esteja mais perto do número do arquivo que o seu; esse conhece alguém mais perto ainda. Cada passo reduz
  a distância à metade; entre um milhão de máquinas bastam uns vinte passos, e nenhuma conhece o todo.

Escolher
  Qual bloco baixar primeiro? O que menos gente tem. Se o último que o tem sair, ele se perde; quando você o tiver, haverá
  dois. Quando todos escolhem assim, os blocos raros logo ficam comuns, e cada um sempre tem algo que falta a outro. Os
  últimos blocos são pedidos a vários ao mesmo tempo, para que um par lento não atrase o fim.

Dar
  Uma máquina pode enviar bem a poucos ou mal a muitos. Por isso há vagas. Elas vão para quem mais retribui e, de vez em quando,
  para alguém novo, que ainda não tem nada para dar e merece um começo.

Sair
  Máquinas são desligadas, cabos são puxados, notebooks são fechados. Ninguém se despede; há apenas silêncio. Era uma resposta
  demorada, ou já não há resposta? Não se pode saber, só suspeitar. Depois de um tempo de silêncio o par é suspeito, e os seus
  blocos são pedidos a outros; se ele falar de novo, está de volta, e o único dano foi um bloco pedido duas vezes.

Quanto tempo dura
  Conte as cópias do bloco mais raro. Se são três, quaisquer duas máquinas podem sair e tudo continua lá. Esse número, menos
  um, é a quantas saídas um arquivo sobrevive. É a única promessa que um enxame pode fazer, e a qualquer momento se pode
  lê-la na tela.
`
