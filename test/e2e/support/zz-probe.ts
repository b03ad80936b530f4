import { readFileSync } from 'node:fs'
import { Ground } from './daemon.ts'
import { makeFile } from './files.ts'
import { fetchInto, share } from './shares.ts'
const MIB=1048576
const cpu=(pid:number)=>{const f=readFileSync(`/proc/${pid}/stat`,'utf8').split(') ')[1]!.split(' ');const sch=readFileSync(`/proc/${pid}/schedstat`,'utf8').split(' ');return `${((Number(f[11])+Number(f[12]))/100).toFixed(1)}s`}
const ground = new Ground()
try {
  makeFile(ground.path('film.bin'), 64*MIB, 'probe')
  const source=await ground.peer('source','--limit-up','20MB/s'); const {root,link}=await share(source.api, ground.path('film.bin'))
  const sinks=[]; for(let i=0;i<8;i++) { sinks.push(await ground.peer('k'+i, ...(process.env.DHT===undefined?[]:['--no-lan-dht']))); delete process.env.NODE_OPTIONS }
  const t0=performance.now()
  await Promise.all(sinks.map(s=>fetchInto(s.api,link,s.downloads)))
  for(;;){
    const [s,...k]=await Promise.all([source,...sinks].map(p=>p.api.share(root)))
    console.log(Math.round(performance.now()-t0), 'src', (s!.sentBytes/MIB).toFixed(1), s!.peers, cpu(source.running.pid),'|', k.map((x,i)=>`${(x.haveBytes/MIB).toFixed(0)}/${(x.receivedBytes/MIB).toFixed(0)}/${(x.sentBytes/MIB).toFixed(0)} p${x.peers} ${cpu(sinks[i]!.running.pid)}`).join(' | '))
    if(k.every(x=>x.state==='seeding'))break
    await new Promise(r=>setTimeout(r,500))
  }
  sinks[3]!.running.kill('SIGTERM'); console.log(await sinks[3]!.running.ended)
} finally { await ground.clear() }
