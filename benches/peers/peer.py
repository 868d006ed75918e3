"""Does the work of one family in Python and prints the nanoseconds of one unit.

    peer.py page PAGE.json          alfenctl reads a property page
    peer.py chain CHAIN ROOT HOST   cryptography verifies a server's chain, from PEM

`.ci/install-peers` installs the packages below `target/peers`. CPU time, the median of
the samples; every sample takes a few milliseconds at least.
"""

import datetime
import json
import statistics
import sys
import time


def page(path):
    from alfenctl.charger import AlfenCharger

    with open(path, "rb") as file:
        body = file.read()
    expected = len(json.loads(body)["properties"])

    def work():
        return AlfenCharger._parse_prop_doc(json.loads(body))

    if len(work()) != expected:
        raise SystemExit("alfenctl reads another number of properties")
    return work


def chain(chain_path, root_path, host):
    from cryptography import x509
    from cryptography.x509 import verification

    with open(chain_path, "rb") as file:
        presented = file.read()
    with open(root_path, "rb") as file:
        root = file.read()
    when = datetime.datetime.fromtimestamp(1_800_000_000, datetime.timezone.utc)

    def work():
        leaf, *issuers = x509.load_pem_x509_certificates(presented)
        store = verification.Store(x509.load_pem_x509_certificates(root))
        builder = verification.PolicyBuilder().store(store).time(when)
        return builder.build_server_verifier(x509.DNSName(host)).verify(leaf, issuers)

    work()
    return work


def measure(work):
    repeats = 1
    while sample(work, repeats) * repeats < 5e6:
        repeats *= 2
    return statistics.median(sample(work, repeats) for _ in range(41))


def sample(work, repeats):
    start = time.process_time_ns()
    for _ in range(repeats):
        work()
    return (time.process_time_ns() - start) / repeats


if __name__ == "__main__":
    print(measure({"page": page, "chain": chain}[sys.argv[1]](*sys.argv[2:])))
