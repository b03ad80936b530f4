/**
 * Which screen stands at which address. Each is a file of its own, loaded when it is first looked at, or soon after the first
 * paint; Home comes along at once. Rule [UI87].
 */
import { Suspense, useEffect } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { HomeScreen } from '../home/home-screen.tsx'
import { loadScreen, Screen } from './load-screen.tsx'

const detail = loadScreen(async () => (await import('../detail/detail-screen.tsx')).DetailScreen)
const doctor = loadScreen(async () => (await import('../doctor/doctor-screen.tsx')).DoctorScreen)
const network = loadScreen(async () => (await import('../network/network-screen.tsx')).NetworkScreen)
const peers = loadScreen(async () => (await import('../peers/peers-screen.tsx')).PeersScreen)
const settings = loadScreen(async () => (await import('../settings/settings-screen.tsx')).SettingsScreen)
const transfers = loadScreen(async () => (await import('../transfers/transfers-screen.tsx')).TransfersScreen)

function usePrefetch(): void {
  useEffect(() => {
    const idle = requestIdleCallback(() => {
      for (const screen of [transfers, detail, settings, network, peers, doctor]) void screen.view().catch(() => {})
    })
    return () => cancelIdleCallback(idle)
  }, [])
}

export function Screens() {
  usePrefetch()
  return (
    <Suspense fallback={null}>
      <Switch>
        <Route path="/">
          <HomeScreen />
        </Route>
        <Route path="/transfers">
          <Screen of={transfers} props={{}} />
        </Route>
        <Route path="/transfers/:root/:tab?">
          {({ root, tab }) => <Screen key={root} of={detail} props={{ root, tab }} />}
        </Route>
        <Route path="/network">
          <Screen of={network} props={{}} />
        </Route>
        <Route path="/peers/:peer?">{({ peer }) => <Screen of={peers} props={{ chosen: peer }} />}</Route>
        <Route path="/doctor">
          <Screen of={doctor} props={{}} />
        </Route>
        <Route path="/settings/:section?">{({ section }) => <Screen of={settings} props={{ section }} />}</Route>
        <Route>
          <Redirect to="/" />
        </Route>
      </Switch>
    </Suspense>
  )
}
