//! What a layer may set.

use super::{Check, Code, Rule, Severity, Sink};
use crate::document::Layer;
use crate::{Document, Slot};

pub(super) static RULES: &[Rule] = &[Rule {
    code: Code::new("LAYER-CHARGER-BOUND"),
    severity: Severity::Warning,
    summary: "what belongs to one charger is not set by the base layer",
    reason: "a base serves a fleet; two chargers under one identity push each other out of the \
                 back office, and a SIM PIN belongs to one card",
    advice: "move the value into the layer of the charger",
    check: Check::Layers(charger_bound),
}];

fn charger_bound(layers: &[Layer], sink: &mut Sink) {
    let [base, over @ ..] = layers else { return };
    let stays = |sets: &dyn Fn(&Document) -> bool| {
        !over.is_empty()
            && sets(base.document())
            && !over.iter().any(|layer| sets(layer.document()))
    };
    let message = "the base layer sets what belongs to one charger";
    if stays(&|document| document.identity.is_some()) {
        sink.report(["identity"], message);
    }
    if stays(&|document| document.authorization.plug_and_charge_id.is_some()) {
        sink.report(["authorization", "plug-and-charge-id"], message);
    }
    for slot in Slot::ALL {
        let pin = |document: &Document| {
            let profile = document.network_profiles.get(slot);
            profile.is_some_and(|profile| profile.sim_pin.is_some())
        };
        if stays(&pin) {
            sink.report(["network-profile", slot.key(), "sim-pin"], message);
        }
    }
}
