use charger_link::Cancel;

/// A switch that Ctrl-C (and SIGTERM) throws. What is under way then ends in order: the
/// link logs out, the journal is complete. A second Ctrl-C ends the process at once.
pub fn cancel_on_interrupt() -> Cancel {
    let cancel = Cancel::new();
    let switch = cancel.clone();
    // Without a handler Ctrl-C merely ends the process at once, which the journal survives.
    let _ = ctrlc::set_handler(move || {
        if switch.is_cancelled() {
            std::process::exit(i32::from(crate::Exit::Interrupted.code()));
        }
        switch.cancel();
    });
    cancel
}
