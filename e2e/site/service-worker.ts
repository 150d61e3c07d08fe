// The service worker of the test site, as an app would have one. Tests that want it register it.
import { brokerPorts } from 'keyslot/service-worker';

declare const self: ServiceWorkerGlobalScope;

brokerPorts(self);
