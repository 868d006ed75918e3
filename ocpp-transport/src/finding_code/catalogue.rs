//! Every code there is: constant, name, usual severity, whom it concerns, what it means, what
//! to do. Those of certificates follow at the end, since any check may use them.

use super::{Entry, FindingCode, codes};
use ocpp_config::{Concern, Severity};

codes! {
    URL_SCHEME = "URL-SCHEME", Error, Document,
        "the URL is not that of an OCPP-J endpoint",
        "ask the operator for the OCPP-J address, which begins with ws:// or wss://; https:// is that of a portal";
    URL_PROFILE = "URL-PROFILE", Warning, Document,
        "the URL does not fit the security profile",
        "take the URL for that profile, or change the profile: 2 and 3 need wss://, 0 and 1 ws://";
    URL_ID_DOUBLE = "URL-ID-DOUBLE", Warning, Document,
        "the URL ends in the identity, which the charger appends once more",
        "remove the identity from the URL";
    URL_ID_MISSING = "URL-ID-MISSING", Warning, Document,
        "the charger does not append its identity, and the URL does not end in it",
        "write the identity at the end of the URL";
    URL_ID_CHARS = "URL-ID-CHARS", Warning, BackOffice,
        "the identity has characters that get lost on the way, or is too long",
        "register the charger under a name of letters, digits and - _ . at the new back office";
    URL_USERINFO = "URL-USERINFO", Warning, Document,
        "the URL carries a user name or password",
        "remove it from the URL; the key has a setting of its own";
    URL_FRAGMENT = "URL-FRAGMENT", Warning, Document,
        "the URL carries a fragment (#...)",
        "remove everything from the # on";
    URL_PORT = "URL-PORT", Note, Document,
        "the URL names the default port",
        "leave the port out: some chargers repeat it in the Host header, which some servers refuse";
    URL_REPAIRED = "URL-REPAIRED", Warning, Document,
        "the URL is not written as it is meant; tools repair it silently, chargers may not",
        "write the URL as it is shown";
    URL_LEN = "URL-LEN", Error, Document,
        "the URL is longer than the charger can store",
        "ask the operator for a shorter URL";
    PW_MISSING = "PW-MISSING", Error, Document,
        "the security profile logs in with a key, and none was given",
        "ask the operator for the charger's authorization key";
    PW_LEN = "PW-LEN", Warning, BackOffice,
        "the key has a length that chargers or back offices refuse",
        "set a new key: 20 letters and digits, with at least one letter beyond F, fit every rule";
    PW_SET = "PW-SET", Warning, BackOffice,
        "the key has characters outside the set of OCPP 2.0.1",
        "set a new key: 20 letters and digits, with at least one letter beyond F, fit every rule";
    PW_HEX = "PW-HEX", Warning, Document,
        "the key is hex text with an odd number of digits",
        "a digit was lost or typed twice: ask the operator for the key again";
    PW_SPELLING = "PW-SPELLING", Warning, Document,
        "the back office takes the key in another spelling than the charger sends it",
        "enter the key on the charger in the spelling that worked, or have the operator register the other one";
    PROFILE_DOWN = "PROFILE-DOWN", Error, BackOffice,
        "the new security profile is lower than the present one, which OCPP does not allow",
        "the operator has to offer the higher profile; else reset the charger with the vendor's tool";
    PROFILE_MAX = "PROFILE-MAX", Error, Charger,
        "the charger cannot do the security profile",
        "choose a lower profile, or update the firmware";
    ROOT_NONE = "ROOT-NONE", Error, Document,
        "the URL asks for TLS, and no root certificate was given",
        "ask the operator for the root certificate of the back office";
    ROOT_UNUSABLE = "ROOT-UNUSABLE", Error, Document,
        "the roots, the client certificate or the charger's suites cannot be used for TLS",
        "see the detail: a damaged root, a key that does not fit, or no suite that this machine speaks";
    CLIENT_NONE = "CLIENT-CERT-NONE", Error, Document,
        "security profile 3 needs a client certificate, and none was given",
        "install the charger's certificate first (OCPP use case A02), or take profile 2";
    DNS_NX = "DNS-NX", Error, Document,
        "the host name is not known",
        "check the spelling; if it is a private name, the charger has to be on the operator's VPN or APN";
    DNS_FAIL = "DNS-FAIL", Error, Network,
        "the name server does not answer, or fails",
        "try another name server; check that port 53 is open on site";
    DNS_V6ONLY = "DNS-V6ONLY", Warning, BackOffice,
        "the host has an IPv6 address only",
        "add an A record: chargers without IPv6 cannot connect";
    DNS_MIX = "DNS-MIX", Warning, BackOffice,
        "the addresses of the host do not behave alike",
        "a charger may take the one that fails: repair it or remove it from the DNS";
    DNS_PRIVATE = "DNS-PRIVATE", Note, Network,
        "the host has a private address, which only the operator's network reaches",
        "repeat the probe from the charger's network";
    TCP_REFUSED = "TCP-REFUSED", Error, Network,
        "the port is closed",
        "check the port in the URL; else the operator's service is down";
    TCP_TIMEOUT = "TCP-TIMEOUT", Error, Network,
        "the port does not answer",
        "open the port for outgoing TCP in the firewall on site, or check that this is the right network";
    TCP_UNREACHABLE = "TCP-UNREACHABLE", Error, Network,
        "there is no way to that address",
        "check cable, SIM, gateway and VPN of this network";
    TCP_RST_TLS = "TCP-RST-TLS", Error, Network,
        "the connection is cut as soon as TLS begins",
        "a firewall inspects TLS or filters names, or the port is not for TLS: compare from another network";
    TLS_PLAIN = "TLS-PLAIN", Error, Document,
        "the port does not speak TLS",
        "use the port for TLS; ws:// only if the security profile is 0 or 1";
    TLS_SILENT = "TLS-SILENT", Error, BackOffice,
        "the server takes the connection and does not answer the TLS handshake",
        "the port may belong to another service, or the server hangs: ask the operator";
    TLS_VERSION = "TLS-VERSION", Error, BackOffice,
        "charger and server have no TLS version in common",
        "the server has to offer TLS 1.2; a charger without TLS 1.2 needs new firmware (expect the security event InvalidTLSVersion)";
    TLS_SUITE = "TLS-SUITE", Error, BackOffice,
        "charger and server have no cipher suite in common",
        "add an ECDSA certificate, or the suites that OCPP demands of a back office, to the server";
    TLS_SUITE_WEAK = "TLS-SUITE-WEAK", Warning, BackOffice,
        "the charger would connect without forward secrecy (static RSA)",
        "it works and OCPP allows it; an ECDSA certificate on the server makes it better";
    TLS_SNI = "TLS-SNI", Error, BackOffice,
        "the server shows the right certificate only to clients that name the host (SNI)",
        "configure the certificate as the default of that address";
    TLS_CHAIN_OTHER = "TLS-CHAIN-OTHER", Note, BackOffice,
        "the server shows another certificate to the charger's older suites",
        "check both certificates: the charger may get either";
    TLS_MITM = "TLS-MITM", Error, Network,
        "the certificate was issued by a firewall: the network on site inspects TLS",
        "exempt the charger, or the host, from TLS inspection";
    TLS_OTHER = "TLS-OTHER", Error, BackOffice,
        "TLS does not come about for a reason of its own",
        "show the detail to the operator";
    MTLS_ASKED = "MTLS-ASKED", Warning, BackOffice,
        "the server asks for a client certificate, which the security profile does not have",
        "this may be the address for profile 3: ask the operator for that of profile 2";
    MTLS_NOT_ASKED = "MTLS-NOT-ASKED", Error, BackOffice,
        "the server does not ask for the client certificate of security profile 3",
        "ask the operator for the address for profile 3: at this one the charger is not authenticated";
    MTLS_NONE = "MTLS-NONE", Error, Document,
        "the server insists on a client certificate and got none",
        "install the charger's certificate first (OCPP use case A02)";
    MTLS_UNKNOWNCA = "MTLS-UNKNOWNCA", Error, BackOffice,
        "the server does not know the CA of the client certificate",
        "register the charger's CA with the operator, or take a certificate from the operator";
    MTLS_EXPIRED = "MTLS-EXPIRED", Error, BackOffice,
        "the server says that the client certificate has expired",
        "renew it through the old back office (A02) before the change";
    MTLS_BAD = "MTLS-BAD", Error, BackOffice,
        "the server refuses the client certificate",
        "have it issued again; show the operator its subject and issuer";
    WS_401_NOAUTH = "WS-401-NOAUTH", Note, BackOffice,
        "the back office asks for a login, as the security profile expects",
        "nothing to do";
    WS_401 = "WS-401", Error, BackOffice,
        "the back office refuses the login",
        "compare identity and key with the operator, letter by letter; with profile 3 the common name and O of the certificate; an old session of the same identity may have to end first";
    WS_404 = "WS-404", Error, BackOffice,
        "the back office does not know the identity or the path",
        "compare the path with the operator's address, then have the identity registered";
    WS_400 = "WS-400", Error, BackOffice,
        "the back office calls the request a bad one",
        "check OCPP version and identity; a proxy may have removed the WebSocket headers";
    WS_403 = "WS-403", Error, BackOffice,
        "the back office forbids the connection",
        "the account may be disabled, or the address of this network not allowed: ask the operator";
    WS_3XX = "WS-3XX", Error, Document,
        "the back office redirects, which chargers do not follow",
        "use the address it redirects to, if that is an OCPP endpoint";
    WS_200 = "WS-200", Error, Document,
        "a web page answers in place of an OCPP endpoint",
        "check the path of the URL";
    WS_426 = "WS-426", Error, BackOffice,
        "the server or a proxy before it does not do WebSocket here",
        "check the path; the operator's proxy has to forward the Upgrade header";
    WS_5XX = "WS-5XX", Error, BackOffice,
        "the back office, or a proxy before it, fails",
        "tell the operator that the service behind the address is down";
    WS_STATUS = "WS-STATUS", Error, BackOffice,
        "the back office refuses with an unusual HTTP status",
        "show the status to the operator";
    WS_NOSUB = "WS-NOSUB", Error, BackOffice,
        "the back office speaks none of the OCPP versions that the charger offers",
        "have the account set to the charger's version, or configure one of those that work";
    WS_SUB_OTHER = "WS-SUB-OTHER", Error, BackOffice,
        "the back office chose an OCPP version that was not offered",
        "have the account set to the charger's version";
    WS_SUB_UNSTABLE = "WS-SUB-UNSTABLE", Warning, BackOffice,
        "the back office chooses another OCPP version each time",
        "its servers are not configured alike: tell the operator; offer one version only";
    WS_ACCEPT = "WS-ACCEPT", Error, BackOffice,
        "the answer to the WebSocket request has a wrong key",
        "a proxy or cache answers in the server's place: tell the operator";
    WS_HDR = "WS-HDR", Error, BackOffice,
        "the answer to the WebSocket request lacks a header, or has one too many",
        "a proxy changes the answer: tell the operator";
    WS_NOT_HTTP = "WS-NOT-HTTP", Error, Document,
        "the port answers in something else than HTTP/1.1, without which there is no WebSocket",
        "check the port in the URL";
    WS_TLS_PORT = "WS-TLS-PORT", Error, Document,
        "the port speaks TLS, and the URL is ws://",
        "use wss:// with security profile 2 or 3, or the port for ws://";
    WS_SILENT = "WS-SILENT", Error, BackOffice,
        "the server does not answer the WebSocket request",
        "the service behind the address hangs: tell the operator";
    WS_DROPPED = "WS-DROPPED", Error, BackOffice,
        "the server closes the connection without an answer to the WebSocket request",
        "check identity, key and path; a firewall may cut WebSockets as well";
    WS_CLOSE_1008 = "WS-CLOSE-1008", Error, BackOffice,
        "the back office closes at once for a reason of policy, often an old session of the same identity",
        "wait until the old session has ended, then try again; else ask the operator";
    WS_CLOSE_1011 = "WS-CLOSE-1011", Error, BackOffice,
        "the back office closes at once with an error of its own, often an unknown identity",
        "have the identity registered";
    WS_CLOSE = "WS-CLOSE", Error, BackOffice,
        "the back office closes at once",
        "show code and reason to the operator";
    WS_OPEN_ANY = "WS-OPEN-ANY", Warning, BackOffice,
        "the back office lets a charger in without a login",
        "the security profile is 0 in effect: tell the operator";
    WS_PROFILE1_CLEAR = "WS-PROFILE1-CLEAR", Warning, BackOffice,
        "the key goes over a public network in clear text",
        "use profile 1 within a VPN or private APN only; better is profile 2";
    BOOT_ACCEPTED = "BOOT-ACCEPTED", Note, BackOffice,
        "the back office accepts the charger",
        "nothing to do: change the charger over";
    BOOT_PENDING = "BOOT-PENDING", Note, BackOffice,
        "the back office knows the charger and will configure it first",
        "change the charger over, and watch until it is accepted";
    BOOT_REJECTED = "BOOT-REJECTED", Error, BackOffice,
        "the back office rejects the charger",
        "the operator has to release the charger";
    BOOT_SERIAL = "BOOT-SERIAL", Error, BackOffice,
        "the back office closes after the boot notification: the serial number is not that of the certificate",
        "register the serial number as it stands in the certificate's common name (B01.FR.12)";
    BOOT_SCHEMA = "BOOT-SCHEMA", Error, BackOffice,
        "the back office does not understand the boot notification",
        "OCPP versions are mixed up: check the account's version";
    BOOT_SILENT = "BOOT-SILENT", Error, BackOffice,
        "the back office does not answer the boot notification",
        "the service behind the WebSocket does not work: tell the operator";
    BOOT_CLOCK = "BOOT-CLOCK", Warning, BackOffice,
        "the time of the back office is wrong or not readable",
        "a charger sets its clock by it and may then refuse certificates: tell the operator";
    BOOT_FIELDS = "BOOT-FIELDS", Error, Caller,
        "the boot notification cannot be sent as given",
        "shorten the field: model 20 characters, serial number 25, vendor 20 (50 in OCPP 2.x)";
    PROBE_BLIND = "PROBE-BLIND", Note, Caller,
        "from here on only the charger itself can tell: this machine cannot speak as it does",
        "change one charger over and watch it";
    PROBE_STOPPED = "PROBE-STOPPED", Note, Caller,
        "the probe was stopped",
        "start it again";
    LOG_HTTP_103 = "LOG-HTTP-103", Error, BackOffice,
        "the charger reports HTTP error 103 or 104",
        "it cannot be solved on the charger: the back office provider has to act";
    LOG_SIM = "LOG-SIM", Error, BackOffice,
        "the SIM does not connect",
        "ask the provider whether it is active and made for 4G; check APN, user, password and PIN";
    LOG_CLIENT_CERT = "LOG-CLIENT-CERT", Error, BackOffice,
        "the charger found the certificate that was delivered to it invalid",
        "have the operator sign it again, for the charger's own request";
    CERT_ROOT_MISSING = "CERT-ROOT-MISSING", Error, Document,
        "the root certificate is missing on the charger",
        "install the named root; compare its fingerprint with the operator by another channel";
    CERT_ROOT_ROTATED = "CERT-ROOT-ROTATED", Error, Document,
        "the charger has an older root of the same name: the operator changed its root",
        "install the operator's new root; where roots are built into the firmware, update the firmware";
    CERT_INTERMEDIATE = "CERT-INTERMEDIATE", Error, BackOffice,
        "the server does not send its intermediate certificate",
        "configure the full chain on the server; do not install the intermediate on the charger in its place";
    CERT_PARTIAL = "CERT-PARTIAL", Warning, Document,
        "the trust anchor is an intermediate, not a root",
        "install the real root: many chargers refuse a chain that ends in an intermediate";
    CERT_SELFSIGNED = "CERT-SELFSIGNED", Warning, BackOffice,
        "the server's certificate signs itself",
        "issue a certificate under a root of the operator";
    CERT_CA_LEAF = "CERT-CA-LEAF", Warning, BackOffice,
        "the server's own certificate says that it is a CA",
        "issue it again with CA:FALSE";
    CERT_NAME = "CERT-NAME", Error, BackOffice,
        "the certificate is for another name",
        "use one of the certificate's names in the URL, or issue it for the host of the URL";
    CERT_NAME_CNONLY = "CERT-NAME-CNONLY", Warning, BackOffice,
        "the host stands in the common name only",
        "fine for chargers that read the common name; add the host to the subjectAltName for all others";
    CERT_NAME_NOCN = "CERT-NAME-NOCN", Warning, BackOffice,
        "the host does not stand in the common name",
        "put the host into the common name: chargers that follow the OCPP text compare that";
    CERT_WILDCARD = "CERT-WILDCARD", Warning, BackOffice,
        "the host fits through a wildcard only",
        "issue the certificate for the exact name, or allow wildcards on the charger";
    CERT_IP = "CERT-IP", Error, BackOffice,
        "the URL names an IP address and the certificate does not",
        "use the host name in the URL";
    CERT_EXPIRED = "CERT-EXPIRED", Error, BackOffice,
        "a certificate of the server has expired",
        "renew the certificate";
    CERT_NOTYET = "CERT-NOTYET", Error, BackOffice,
        "a certificate of the server is not valid yet",
        "check the clock of the machine that issued it, or wait";
    CERT_CLOCK = "CERT-CLOCK", Warning, Charger,
        "the certificate is valid, but not at the time the charger believes it to be",
        "set the charger's clock first (time server: UDP port 123), then connect";
    CERT_SOON = "CERT-SOON", Warning, BackOffice,
        "a certificate expires soon",
        "renew it before it does";
    CERT_ROOT_EXPIRED = "CERT-ROOT-EXPIRED", Error, Document,
        "the root on the charger has expired",
        "install the operator's new root";
    CERT_KEY = "CERT-KEY", Error, BackOffice,
        "a key is too short, or of a kind that chargers do not know",
        "issue it again with ECDSA P-256 or RSA of 2048 bits or more";
    CERT_SIG = "CERT-SIG", Error, BackOffice,
        "a certificate is signed with a weak or unknown algorithm, or the signature is wrong",
        "issue it again, signed with SHA-256";
    CERT_EKU = "CERT-EKU", Error, BackOffice,
        "the extended key usage does not allow a server",
        "issue it again with serverAuth, or without extended key usage as OCPP advises";
    CERT_KU = "CERT-KU", Warning, BackOffice,
        "the key usage does not allow what TLS needs",
        "issue it again with digitalSignature";
    CERT_CRIT = "CERT-CRIT", Error, BackOffice,
        "a critical extension is not known",
        "issue it again without the extension, or with it not critical";
    CERT_V1 = "CERT-V1", Warning, BackOffice,
        "an X.509 version 1 certificate",
        "issue it again as version 3";
    CERT_CHAIN = "CERT-CHAIN", Error, BackOffice,
        "the chain is malformed",
        "send the server's certificate first, then each issuer's";
    CERT_SIZE = "CERT-SIZE", Warning, BackOffice,
        "the chain is large; small chargers may not take it",
        "send a shorter chain, without the root, with ECDSA keys";
    CERT_POLICY = "CERT-POLICY", Note, BackOffice,
        "a detail is not as the OCPP text asks",
        "matters for certification only; the connection works";
    CERT_SILENT = "CERT-NONE", Error, BackOffice,
        "no certificate was presented",
        "see the finding of the connection itself";
    TLS_REVOKED = "TLS-REVOKED", Error, BackOffice,
        "a certificate of the server is revoked",
        "replace the certificate";
    ROOT_BAD = "ROOT-BAD", Error, BackOffice,
        "the root to be installed is not a good root",
        "get the right root certificate from the operator";
    ROOT_SIZE = "ROOT-SIZE", Error, BackOffice,
        "the root does not fit into the message that installs it",
        "ask for a smaller root (ECDSA)";
    ROOT_ROOM = "ROOT-ROOM", Error, Charger,
        "the charger has no room for another root",
        "delete a root that is not in use first";
    ROOT_CHECK = "ROOT-CHECK", Error, Charger,
        "the charger takes a new root only if the old root signed it, and it did not",
        "install the root with the vendor's tool, or ask for one that the old root has signed";
    CLIENT_KEY = "CLIENT-CERT-KEY", Error, Document,
        "the private key is not the key of the client certificate",
        "take certificate and key from the same request";
    CLIENT_VALIDITY = "CLIENT-CERT-VALIDITY", Error, BackOffice,
        "the client certificate is not valid now, or not for long",
        "renew it before the change";
    CLIENT_CN = "CLIENT-CERT-CN", Error, BackOffice,
        "the common name of the client certificate is not the charger's serial number",
        "issue it for the serial number that the charger sends in its boot notification";
    CLIENT_O = "CLIENT-CERT-O", Error, BackOffice,
        "the organization in the client certificate is not the CPO",
        "set the CPO name on the charger, then issue the certificate again";
    CLIENT_EKU = "CLIENT-CERT-EKU", Error, BackOffice,
        "the extended key usage does not allow a client",
        "issue it again with clientAuth, or without extended key usage";
    CLIENT_PATH = "CLIENT-CERT-PATH", Error, BackOffice,
        "the client certificate does not lead to a root that the back office knows",
        "register the charger's root with the operator, or take a certificate from the operator";
    CLIENT_SIZE = "CLIENT-CERT-SIZE", Error, BackOffice,
        "the chain does not fit into the message that delivers it",
        "ask for a shorter chain (ECDSA)";
}
