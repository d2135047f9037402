// A careless service, to see that the walks of this folder find it: it passes everything on to the
// real one, and spoils the pages that come back.
//
// From the environment: ADDRESS (the real service), CARELESS (a list of `escaping`, `policy`,
// `keeping`: what it leaves out). Prints `listening on URL` when ready, and ends on SIGTERM.

import { createServer, request } from 'node:http';
import { given } from './walk.mjs';

const there = new URL(given('ADDRESS'));
const careless = given('CARELESS').split(',');
const SIGNS = { 34: '"', 38: '&', 39: "'", 60: '<', 62: '>' };

function spoiled(text) {
  return text.replace(/&#(\d+);/g, (whole, code) => SIGNS[code] ?? whole);
}

const server = createServer((asked, answer) => {
  // Only the policy keeps a browser from asking for it, and that is not what is looked for.
  if (asked.url === '/favicon.ico') {
    answer.writeHead(204).end();
    return;
  }
  const headers = { ...asked.headers, 'accept-encoding': 'identity' };
  const passed = request({ host: there.hostname, port: there.port, method: asked.method, path: asked.url, headers }, (real) => {
    const kept = { ...real.headers };
    delete kept['content-length'];
    delete kept['transfer-encoding'];
    if (careless.includes('policy')) delete kept['content-security-policy'];
    if (careless.includes('keeping')) {
      kept['cache-control'] = 'max-age=600';
      delete kept['clear-site-data'];
    }
    const chunks = [];
    real.on('data', (chunk) => chunks.push(chunk));
    real.on('end', () => {
      const body = Buffer.concat(chunks);
      const isPage = (kept['content-type'] ?? '').startsWith('text/html') && careless.includes('escaping');
      answer.writeHead(real.statusCode, kept).end(isPage ? spoiled(body.toString()) : body);
    });
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
});
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
