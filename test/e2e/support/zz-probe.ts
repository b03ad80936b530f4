import { Ground } from './daemon.ts'
import { makeFile } from './files.ts'
import { fetchInto, share } from './shares.ts'
const MIB=1048576
for (let i=0;i<8;i++){
const ground = new Ground()
try {
  const sources=[await ground.peer('s1'), await ground.peer('s2')]
  const shares=[]
  for (const [k,n] of ['a','b','c','d'].entries()) { makeFile(ground.path(n), 192*MIB, n); shares.push(await share(sources[k%2]!.api, ground.path(n))) }
  const sink=await ground.peer('sink')
  const t0=performance.now()
  await Promise.all(shares.map(s=>fetchInto(sink.api,s.link,sink.downloads)))
  const lines=[]
  for(;;){
    const k=await Promise.all(shares.map(s=>sink.api.share(s.root)))
    lines.push(Math.round(performance.now()-t0)+' '+k.map(x=>`${(x.receivedBytes/MIB).toFixed(0)}`).join(' '))
    if(k.some(x=>x.haveBytes===192*MIB)){ const m=k.map(x=>x.receivedBytes); const bad=Math.min(...m)<0.5*Math.max(...m); console.log(bad?'STARVED':'ok', lines.at(-1)); if(bad){console.log(lines.join('\n')); console.log(sink.running.err.split('\n').filter(l=>l.startsWith('WIN')).join('\n'))} break}
    await new Promise(r=>setTimeout(r,100))
  }
} finally { await ground.clear() }
}
