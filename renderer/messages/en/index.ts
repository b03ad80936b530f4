/** The words of the window, one file per screen. */
import common from './common.json' with { type: 'json' }
import detail from './detail.json' with { type: 'json' }
import doctor from './doctor.json' with { type: 'json' }
import errors from './errors.json' with { type: 'json' }
import frame from './frame.json' with { type: 'json' }
import home from './home.json' with { type: 'json' }
import log from './log.json' with { type: 'json' }
import network from './network.json' with { type: 'json' }
import peers from './peers.json' with { type: 'json' }
import receive from './receive.json' with { type: 'json' }
import settings from './settings.json' with { type: 'json' }
import share from './share.json' with { type: 'json' }
import states from './states.json' with { type: 'json' }
import transfers from './transfers.json' with { type: 'json' }

export default {
  common,
  frame,
  states,
  errors,
  log,
  home,
  share,
  receive,
  transfers,
  detail,
  network,
  peers,
  doctor,
  settings,
}
