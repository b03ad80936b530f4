/**
 * An internet gateway device (UPnP IGD:2) for tests, run on a home router of nat-lab.ts: answers searches by multicast, tells
 * its address outside, and opens the ports it is asked for in the router's own NAT. Of the standard it has what opening a
 * port takes: M-SEARCH, the description, GetExternalIPAddress, AddAnyPortMapping, DeletePortMapping. Says `ready` once.
 */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'

const { inside, outside }: { inside: string; outside: string } = JSON.parse(process.argv[2] ?? '{}')
const HTTP_PORT = 5000
const SSDP_PORT = 1900
const DEVICE = 'urn:schemas-upnp-org:device:InternetGatewayDevice:2'
const SERVICE = 'urn:schemas-upnp-org:service:WANIPConnection:2'
const USN = 'uuid:2f402f80-da50-11e1-9b23-00178829d301'

const service = `<service><serviceType>${SERVICE}</serviceType><serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId><SCPDURL>/scpd.xml</SCPDURL><controlURL>/control</controlURL><eventSubURL>/events</eventSubURL></service>`
const description = `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>${DEVICE}</deviceType><friendlyName>Test router</friendlyName><UDN>${USN}</UDN><deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:2</deviceType><deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:2</deviceType><serviceList>${service}</serviceList></device></deviceList></device></deviceList></device></root>`

function open(fields: (name: string) => string): void {
  const match = ['-i', 'eth0', '-p', fields('NewProtocol').toLowerCase(), '--dport', fields('NewExternalPort')]
  const target = `${fields('NewInternalClient')}:${fields('NewInternalPort')}`
  execFileSync('iptables', ['-t', 'nat', '-A', 'PREROUTING', ...match, '-j', 'DNAT', '--to-destination', target])
  const arriving = ['-i', 'eth0', '-p', fields('NewProtocol').toLowerCase(), '--dport', fields('NewInternalPort')]
  execFileSync('iptables', ['-I', 'FORWARD', ...arriving, '-j', 'ACCEPT'])
}

function answer(action: string, fields: (name: string) => string): string {
  if (action === 'GetExternalIPAddress') return `<NewExternalIPAddress>${outside}</NewExternalIPAddress>`
  if (action !== 'AddAnyPortMapping') return ''
  open(fields)
  return `<NewReservedPort>${fields('NewExternalPort')}</NewReservedPort>`
}

const http = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    response.setHeader('Content-Type', 'text/xml')
    if (request.method !== 'POST') return response.end(description)
    const action = /#(\w+)/.exec(String(request.headers.soapaction))?.[1] ?? ''
    const fields = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? ''
    const result = `<u:${action}Response xmlns:u="${SERVICE}">${answer(action, fields)}</u:${action}Response>`
    return response.end(
      `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${result}</s:Body></s:Envelope>`,
    )
  })
})

const search = createSocket({ type: 'udp4', reuseAddr: true })
search.on('message', (message, { address, port }) => {
  const text = message.toString()
  if (!text.startsWith('M-SEARCH') || !text.includes(DEVICE)) return
  const lines = ['HTTP/1.1 200 OK', 'CACHE-CONTROL: max-age=1800', 'EXT:', 'SERVER: test UPnP/2.0 test/1']
  const about = [`LOCATION: http://${inside}:${HTTP_PORT}/description.xml`, `ST: ${DEVICE}`, `USN: ${USN}::${DEVICE}`]
  search.send([...lines, ...about, '', ''].join('\r\n'), port, address)
})

http.listen(HTTP_PORT, inside, () => {
  search.bind(SSDP_PORT, () => {
    search.addMembership('239.255.255.250', inside)
    process.stdout.write('ready\n')
  })
})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
