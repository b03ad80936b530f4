import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { noiseCrypto } from '/work/main/main/engine/network/noise-crypto.ts'
import { fork } from 'node:child_process'
import { multiaddr } from '@multiformats/multiaddr'
const CORK = process.env.CORK === '1', HWM = +(process.env.HWM||0), FRAME=+(process.env.FRAME||262144), STOCK=process.env.STOCK==='1'
function corked(maConn){ const s=maConn.socket; maConn.sendData=(data)=>{ let n=0, more=true; s.cork(); for(const b of data){ n+=b.byteLength; more=s.write(b) } s.uncork(); return {sentBytes:n, canSendMore: more} }; return maConn }
function tcpF(){ const o=HWM?{dialOpts:{highWaterMark:HWM, readableHighWaterMark:HWM, writableHighWaterMark:HWM}, listenOpts:{highWaterMark:HWM}}:{};
 return c=>{ const t=tcp(o)(c); if(!CORK) return t; const wrap=u=>({upgradeInbound:(m,x)=>u.upgradeInbound(corked(m),x), upgradeOutbound:(m,x)=>u.upgradeOutbound(corked(m),x)}); const d=t.dial.bind(t), l=t.createListener.bind(t); t.dial=(m,x)=>{x.upgrader=wrap(x.upgrader); return d(m,x)}; t.createListener=x=>l({...x,upgrader:wrap(x.upgrader)}); return t } }
const W = +(process.env.WIN||0)
const mk=()=>createLibp2p({addresses:{listen:['/ip4/127.0.0.1/tcp/0']},transports:[tcpF()],connectionEncrypters:[noise(STOCK?{}:{crypto:noiseCrypto})],streamMuxers:[yamux(W?{streamOptions:{initialStreamWindowSize:W}}:{})], connectionMonitor:{enabled:false}})
const TOTAL=1<<30
if(process.argv[2]==='recv'){
  const node=await mk()
  const t0=process.cpuUsage(), s0=Date.now()
  const conn=await node.dial(multiaddr(process.argv[3]))
  const st=await conn.newStream('/t/1')
  let got=0, n=0; const buf=Buffer.allocUnsafeSlow(1<<20); let o=0
  let maxrss=0
  await new Promise(r=>st.addEventListener('message',e=>{ n++; for(const b of e.data instanceof Uint8Array?[e.data]:e.data){ let i=0; while(i<b.length){const l=Math.min(b.length-i,buf.length-o); buf.set(b.subarray(i,i+l),o); o+=l;i+=l; if(o===buf.length)o=0 } got+=b.byteLength}; if((n&1023)===0) maxrss=Math.max(maxrss,process.memoryUsage.rss()); if(got>=TOTAL) r() }))
  const s=(Date.now()-s0)/1000, c=process.cpuUsage(t0)
  await new Promise(r=>setTimeout(r,10));console.log(`recv ${(TOTAL/1e6/s).toFixed(0)} MB/s cpu ${(c.user+c.system)/1e6} s msgs ${n} rss ${(maxrss/1e6).toFixed(0)}`)
  process.exit(0)
} else {
  const node=await mk()
  node.handle('/t/1', async st=>{
    let left=TOTAL; const t0=process.cpuUsage()
    const src=Buffer.alloc(FRAME,7)
    const pump=()=>{ while(left>0){ left-=FRAME; if(!st.send(src)) return } const c=process.cpuUsage(t0); console.log('send cpu', (c.user+c.system)/1e6, 'rss', (process.memoryUsage.rss()/1e6).toFixed(0)) ; left=-1}
    st.addEventListener('drain',()=>{ if(left>0) pump() })
    pump()
  })
  const a=node.getMultiaddrs()[0].toString()
  const ch=fork(process.argv[1],['recv',a],{execArgv:process.execArgv, cwd:'/work/main'})
  ch.on('exit',()=>process.exit(0))
}
