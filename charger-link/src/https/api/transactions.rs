use ocpp_config::Secret;

use super::conversation::{Conversation, Next};
use crate::https::wire::Call;
use crate::{LinkErrorKind, Response, TransactionPage};

/// `GET transactions`.
pub(super) struct ReadTransactions {
    before: u32,
    found: Option<TransactionPage>,
}

impl ReadTransactions {
    pub(super) const fn new(before: u32) -> Self {
        Self {
            before,
            found: None,
        }
    }
}

impl Conversation for ReadTransactions {
    fn next(&mut self) -> Next {
        match self.found.take() {
            None => Next::Call(Call::get(
                format!("transactions?offset={}", self.before),
                "reading the transactions",
            )),
            Some(page) => Next::Finished(Response::Transactions(page)),
        }
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        let text = String::from_utf8_lossy(body.expose());
        self.found = Some(TransactionPage::parse(&text));
        Ok(())
    }
}
