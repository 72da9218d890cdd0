import { createServer } from 'node:http';
import * as http2 from 'node:http2';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { IncidentService } from '../../gen/bos/v1/incident_service_pb.js';

// A Connect handler that does nothing: HTTP/1.1 by default, h2c with the argument `h2c`.
const adapter = connectNodeAdapter({
  routes: (router) => router.service(IncidentService, { reportIncident: () => ({}) }),
});
const server = process.argv[2] === 'h2c' ? http2.createServer(adapter) : createServer(adapter);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.error(`ready http://127.0.0.1:${address.port}`);
});
process.once('SIGTERM', () => process.exit(0));
