//! The comfortable calls over a link in memory, by a clock that only they move: minutes
//! of waiting pass at once, and the same every time.

use std::time::Duration;

use charger_link::{AsyncCharger, Charger, Clock, LinkErrorKind, Upload, UploadState};
use charger_sim::{
    ChargerId, ChargerSetup, Fault, FaultPlan, MemoryLink, TestContainer, Trigger, World,
};
use ocpp_config::{DataType, ObjectWrite, Value, objects};

#[test]
fn a_restart_is_waited_for_in_virtual_time() {
    let (world, id) = world();
    let restarted = charger(&world, id).restart_and_wait().unwrap();
    assert_eq!(restarted.now, restarted.before + 1);
    assert!(restarted.waited >= Duration::from_secs(60), "{restarted:?}");
}

#[test]
fn a_restart_whose_answer_got_lost_is_found_by_the_boot_count() {
    let (world, id) = world();
    let lost = Trigger::Place {
        request: "restart",
        nth: 1,
    };
    world.plan_faults(id, FaultPlan::none().with_fault(lost, Fault::ReplyLost));
    let restarted = charger(&world, id).restart_and_wait().unwrap();
    assert_eq!(restarted.now, restarted.before + 1, "one restart, not two");
}

#[test]
fn a_charger_that_does_not_come_back_is_given_up_in_time() {
    let (world, id) = world();
    let mut charger = charger(&world, id);
    let never = charger.boot_count().unwrap();
    let start = world.now();
    let error = charger.wait_until_back(never).unwrap_err();
    let during = "waiting for the charger to restart";
    assert_eq!(*error.kind(), LinkErrorKind::Timeout { during });
    let waited = world.now() - start;
    assert!(waited < Duration::from_secs(16 * 60), "{waited:?}");
}

#[test]
fn firmware_is_waited_for_through_its_restart_and_kept() {
    let (world, id) = world();
    let mut charger = charger(&world, id);
    let container = TestContainer::firmware("7.4.5-4415", 100_000)
        .to_bytes()
        .unwrap();
    let upload = Upload::new(bytes::Bytes::from(container));
    let before = charger.upload(&upload, &mut |_| {}).unwrap();
    let outcome = charger.wait_for_upload(before).unwrap();
    assert!(!outcome.state.is_failure());
    charger.keep_firmware().unwrap();
    assert_ne!(outcome.state, UploadState::NONE);
}

#[test]
fn a_thrown_switch_ends_a_long_wait() {
    let (world, id) = world();
    let mut charger = charger(&world, id);
    let never = charger.boot_count().unwrap();
    charger.cancel().cancel();
    let error = charger.wait_until_back(never).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    charger.close().unwrap();
}

#[test]
fn a_monitor_sees_the_restart_as_it_happens() {
    let (world, id) = world();
    let mut charger = charger(&world, id);
    charger.restart().unwrap();
    let counts: Vec<u64> = charger
        .monitor(Duration::from_secs(10))
        .take(12)
        .filter_map(|state| state.ok()?.boot_count)
        .collect();
    assert!(counts.is_sorted());
    assert!(counts.last() > counts.first(), "{counts:?}");
}

#[test]
fn the_asynchronous_calls_do_the_same() {
    let (world, id) = world();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut charger = AsyncCharger::new(world.link(id));
        let text = DataType::VISIBLE_STRING;
        let write = ObjectWrite::new(objects::CHARGE_BOX_IDENTITY, text, Value::from("NEW"));
        let report = charger.write(&[write]).await.unwrap();
        assert!(report.needs_restart() && report.into_result().is_ok());
        let boots = charger.boot_count().await.unwrap();
        charger.restart().await.unwrap();
        world.advance(Duration::from_secs(120));
        let restarted = charger.wait_until_back(boots).await.unwrap();
        assert_eq!(restarted.now, boots + 1);
        let log = charger.log(10).await.unwrap();
        assert!(log.is_sorted_by_key(|record| record.id) && !log.is_empty());
        charger.close().await.unwrap();
    });
}

fn world() -> (World, ChargerId) {
    let world = World::new();
    let id = world.add_charger(ChargerSetup::default());
    (world, id)
}

fn charger(world: &World, id: ChargerId) -> Charger<MemoryLink, WorldClock> {
    Charger::new(world.link(id)).with_clock(WorldClock(world.clone()))
}

/// Time passes only where somebody waits.
struct WorldClock(World);

impl Clock for WorldClock {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn since_epoch(&self) -> Duration {
        // In the year 2026, as far as a charger can tell.
        Duration::from_secs(1_790_000_000) + self.0.now()
    }

    fn sleep(&mut self, time: Duration) {
        self.0.advance(time);
    }
}
