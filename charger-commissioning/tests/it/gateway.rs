//! The same procedures over a serial line at 115200 baud, through gateways of both
//! dialects.

use charger_commissioning::{ChangeBackOffice, End, Strategy};
use charger_link::gateway::GatewaySettings;
use charger_link::gateway::codec::NodeAddress;
use charger_sim::{Behaviour, BootStatus, Dialect, GatewaySession, VirtualGatewayLink, Wire};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, policy, resolve};

const DIALECTS: [Dialect; 2] = [Dialect::CanOpenNode, Dialect::Lely];

#[test]
fn a_charger_changes_its_back_office_over_a_serial_line() {
    for dialect in DIALECTS {
        for strategy in [Strategy::Documented, Strategy::Staged] {
            let (bench, end) = change(dialect, strategy, |_| ());
            assert!(
                matches!(end, End::Proven),
                "{dialect:?} {strategy:?}: {end:#?}"
            );
            // TLS with a private root: the upload through the gateway was applied, too.
            assert!(bench.is_at(NEW), "{}", bench.active_url());
        }
    }
}

#[test]
fn a_charger_that_is_rejected_comes_back_over_a_serial_line() {
    for dialect in DIALECTS {
        let (bench, end) = change(dialect, Strategy::Documented, |bench| {
            let rejecting = Behaviour::answering(BootStatus::Rejected);
            bench.world.set_behaviour(bench.new, rejecting);
        });
        assert!(
            matches!(end, End::RolledBack { .. }),
            "{dialect:?}: {end:#?}"
        );
        assert!(bench.is_at(OLD), "{}", bench.active_url());
    }
}

fn change(dialect: Dialect, strategy: Strategy, prepare: impl FnOnce(&Bench)) -> (Bench, End) {
    let mut bench = Bench::new();
    prepare(&bench);
    let mut link = VirtualGatewayLink::new(
        &bench.world,
        bench.charger,
        GatewaySession::new(dialect, 4),
        GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1)).with_baud(115_200),
    );
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run_over(&mut machine, &mut link).unwrap();
    (bench, outcome.end)
}

/// Found by the reliability suite (R3): a bit of the old URL flipped on the serial line, and
/// the way back wrote what had been read. Two looks in a row must agree now.
#[test]
fn a_flipped_bit_in_the_snapshot_does_not_spoil_the_way_back() {
    let wires = || {
        let bench = Bench::new();
        bench.world.set_behaviour(bench.new, Behaviour::dead());
        bench
    };
    for reply in (1..=240).step_by(3) {
        let mut bench = wires();
        let mut link = VirtualGatewayLink::new(
            &bench.world,
            bench.charger,
            GatewaySession::new(Dialect::CanOpenNode, 4),
            GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1)),
        )
        .with_wire(Wire::flipping(reply, 66));
        let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
            .with_policy(policy())
            .start(&bench.journal.history())
            .unwrap();
        let end = bench.run_over(&mut machine, &mut link).unwrap().end;
        assert!(
            matches!(end, End::RolledBack { .. } | End::Refused { .. }),
            "{reply}: {end:#?}"
        );
        assert!(bench.is_at(OLD), "{reply}: {}", bench.active_url());
        assert_eq!(bench.active_url(), wires().active_url(), "{reply}");
    }
}
