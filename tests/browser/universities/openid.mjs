// A real OpenID Connect server for the tests: oidc-provider, with a handful of made-up people. Whoever
// signs in types a user name; any password will do.
import Provider from "oidc-provider";

const [, , port, address, portal = "http://127.0.0.1:9"] = process.argv;
const issuer = `http://127.0.0.1:${port}`;
const PEOPLE = { zhang: { student_number: "20151000056" }, library: { staff_number: "10000005" }, external: { external_number: "W0001" }, guest: {} };

const provider = new Provider(issuer, {
  clients: [
    { client_id: "lixiao", client_secret: "a-secret-of-ours", redirect_uris: [`${address}/login/callback`], grant_types: ["authorization_code"], response_types: ["code"], backchannel_logout_uri: `${address}/login/callback`, backchannel_logout_session_required: true },
    { client_id: "portal", client_secret: "a-secret-of-the-portals", redirect_uris: [`${portal}/callback`], grant_types: ["authorization_code"], response_types: ["code"] },
    { client_id: "library", client_secret: "a-secret-of-theirs", redirect_uris: [], grant_types: ["client_credentials"], response_types: [] },
    { client_id: "unknown", client_secret: "a-secret-of-nobody", redirect_uris: [], grant_types: ["client_credentials"], response_types: [] },
  ],
  claims: { openid: ["sub"], profile: ["student_number", "staff_number", "external_number"] },
  conformIdTokenClaims: false,
  // A person's number stands in access tokens too.
  extraTokenClaims: (_context, { accountId }) => PEOPLE[accountId],
  cookies: { keys: ["only-for-tests"] },
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => address,
      getResourceServerInfo: (_context, resource) => ({ scope: "decide read", audience: resource, accessTokenFormat: "jwt", accessTokenTTL: 600, jwt: { sign: { alg: "RS256" } } }),
      useGrantedResource: () => true,
    },
  },
  // Its guard against calls into a private network would keep it from this machine.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_context, name) => (name in PEOPLE ? { accountId: name, claims: () => ({ sub: name, ...PEOPLE[name] }) } : undefined),
});
provider.on("backchannel.error", (_context, error) => console.error(error.message, error.cause));
provider.on("backchannel.success", () => console.log("said that somebody signed out"));
provider.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${issuer}`));
