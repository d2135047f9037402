// A real OpenID provider for tests: one confidential client, a few accounts, a login form.
//
// From the environment: PORT (0 or absent: any free one), CLIENT_ID, CLIENT_SECRET, REDIRECT_URI,
// API_AUDIENCE (the resource indicator for which access tokens are JWTs), SIGNED (RS256, PS256, ES256
// or EdDSA), ACCOUNTS (JSON in the form of those below, instead of them).
// Prints `listening on URL` when ready, and ends on SIGTERM. It listens on 127.0.0.1 alone.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { installed } from './installed.mjs';

// Standard output has the one line that says where it listens; the library's warnings are no news.
console.info = console.warn = (...words) => console.error(...words);
const { default: Provider, errors } = await installed('oidc-provider');

const {
  PORT = '0',
  CLIENT_ID = 'registry',
  CLIENT_SECRET = 'a-secret-for-tests-only',
  REDIRECT_URI = 'http://127.0.0.1:3000/sign-in/return',
  API_AUDIENCE = 'https://registry.example/api',
  SIGNED = 'RS256',
  ACCOUNTS,
} = process.env;

const accounts = ACCOUNTS ? JSON.parse(ACCOUNTS) : {
  ada: { password: 'ada-tests-only', roles: ['admin'], groups: ['*'], preferred_username: 'Ada' },
  edith: { password: 'edith-tests-only', roles: ['editor', 'reader'], groups: ['qcontact'], preferred_username: 'Edith' },
  abel: { password: 'abel-tests-only', roles: ['approver'], groups: ['qcontact', 'qiscus'], preferred_username: 'Abel' },
  rita: { password: 'rita-tests-only', roles: ['reader'], groups: ['qcontact'], preferred_username: 'Rita' },
  carl: { password: 'carl-tests-only', roles: ['checker'], groups: ['qcontact'], preferred_username: 'Carl' },
  mallory: { password: 'mallory-tests-only', roles: ['reader'], groups: ['qcontact'], preferred_username: '<svg/onload=__hit=1>' },
  // These two must not get in.
  nora: { password: 'nora-tests-only', roles: ['offline_access'], groups: ['qcontact'], preferred_username: 'Nora' },
  gus: { password: 'gus-tests-only', roles: ['reader'], groups: [], preferred_username: 'Gus' },
};

function claimsOf(id) {
  const { password, ...claims } = accounts[id];
  return { sub: id, email: `${id}@people.example`, email_verified: true, ...claims };
}

function key(kid, use) {
  const [kind, options] = use;
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig' };
}

const configuration = {
  clients: [{
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'client_credentials'],
    response_types: ['code'],
    id_token_signed_response_alg: SIGNED,
  }],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  jwks: {
    keys: [
      key('rsa', ['rsa', { modulusLength: 2048 }]),
      key('p256', ['ec', { namedCurve: 'P-256' }]),
      key('ed25519', ['ed25519', {}]),
    ],
  },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
  pkce: { required: () => true, methods: ['S256'] },
  // The registry reads the ID token and asks for no more.
  conformIdTokenClaims: false,
  claims: {
    openid: ['sub'],
    profile: ['preferred_username', 'roles', 'groups'],
    email: ['email', 'email_verified'],
  },
  findAccount: (ctx, id) => (Object.hasOwn(accounts, id)
    ? { accountId: id, claims: () => claimsOf(id) }
    : undefined),
  // Consent is not what is tested: the login form is the only one.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      accountId: ctx.oidc.session.accountId,
      clientId: ctx.oidc.client.clientId,
    });
    grant.addOIDCScope('openid profile email');
    grant.addResourceScope(API_AUDIENCE, 'registry');
    await grant.save();
    return grant;
  },
  // A program that signs in as itself may ask checks; a person's token says what the person may do.
  extraTokenClaims(ctx, token) {
    if (token.kind === 'ClientCredentials') return { roles: ['checker'], groups: ['*'] };
    const { roles, groups, preferred_username } = claimsOf(token.accountId);
    return { roles, groups, preferred_username };
  },
  ttl: { AccessToken: 600, ClientCredentials: 600, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(ctx, indicator) {
        if (indicator !== API_AUDIENCE) throw new errors.InvalidTarget();
        return {
          scope: 'registry',
          audience: API_AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: SIGNED } },
        };
      },
    },
  },
};

// The library's form for developers takes any password; this one does not.
async function checkPassword(ctx, next) {
  if (ctx.method !== 'POST' || !ctx.path.startsWith('/interaction/')) return next();
  let text = '';
  for await (const chunk of ctx.req) text += chunk;
  const form = Object.fromEntries(new URLSearchParams(text));
  const known = Object.hasOwn(accounts, form.login ?? '') ? accounts[form.login] : undefined;
  if (form.prompt === 'login' && (!known || known.password !== form.password)) {
    ctx.status = 401;
    ctx.type = 'html';
    ctx.body = '<!doctype html><title>Sign-in</title><p>Wrong name or password. Go back and try again.';
    return undefined;
  }
  ctx.req.body = form;
  return next();
}

// The form for developers asks elsewhere for its letters; nothing here asks anybody elsewhere.
async function askNobody(ctx, next) {
  await next();
  if (typeof ctx.body === 'string') ctx.body = ctx.body.replace(/@import url\([^)]*\);/g, '');
}

const server = createServer();
server.listen(Number(PORT), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, configuration);
  provider.use(askNobody);
  provider.use(checkPassword);
  provider.on('server_error', (ctx, error) => console.error(error));
  server.on('request', provider.callback());
  process.stdout.write(`listening on ${url}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
