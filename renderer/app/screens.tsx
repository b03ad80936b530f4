/** Which screen stands at which address. Each is a file of its own, loaded when it is first looked at; Home comes along at once. */
import { lazy, Suspense } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { HomeScreen } from '../home/home-screen.tsx'

const DetailScreen = lazy(async () => ({ default: (await import('../detail/detail-screen.tsx')).DetailScreen }))
const DoctorScreen = lazy(async () => ({ default: (await import('../doctor/doctor-screen.tsx')).DoctorScreen }))
const NetworkScreen = lazy(async () => ({ default: (await import('../network/network-screen.tsx')).NetworkScreen }))
const PeersScreen = lazy(async () => ({ default: (await import('../peers/peers-screen.tsx')).PeersScreen }))
const SettingsScreen = lazy(async () => ({ default: (await import('../settings/settings-screen.tsx')).SettingsScreen }))
const TransfersScreen = lazy(async () => ({
  default: (await import('../transfers/transfers-screen.tsx')).TransfersScreen,
}))

export function Screens() {
  return (
    <Suspense fallback={null}>
      <Switch>
        <Route path="/">
          <HomeScreen />
        </Route>
        <Route path="/transfers">
          <TransfersScreen />
        </Route>
        <Route path="/transfers/:root/:tab?">
          {({ root, tab }) => <DetailScreen key={root} root={root} tab={tab} />}
        </Route>
        <Route path="/network">
          <NetworkScreen />
        </Route>
        <Route path="/peers/:peer?">{({ peer }) => <PeersScreen chosen={peer} />}</Route>
        <Route path="/doctor">
          <DoctorScreen />
        </Route>
        <Route path="/settings/:section?">{({ section }) => <SettingsScreen section={section} />}</Route>
        <Route>
          <Redirect to="/" />
        </Route>
      </Switch>
    </Suspense>
  )
}
