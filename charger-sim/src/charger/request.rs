//! What a link asks, and what a charger answers. Sessions are not looked at here.

use std::time::Duration;

use charger_link::{Identity, LinkError, LinkErrorKind, LogPage, Request, Response, Upload};
use ocpp_config::{ObjectId, Secret, WriteOnlyItem};

use super::container;
use super::log::Kind;
use super::{ChargerModel, Effect, ids};

impl ChargerModel {
    /// Answers one request, at once and in full.
    ///
    /// [`Request::Upload`] takes no time here; a driver that wants it to calls
    /// [`begin_upload`](Self::begin_upload) and [`finish_upload`](Self::finish_upload).
    /// [`Request::Close`] is answered and changes nothing, since the session belongs to
    /// the caller: see [`logout`](Self::logout).
    ///
    /// # Errors
    /// A timeout while the charger does not answer, a refusal where it would refuse.
    pub fn request(
        &mut self,
        now: Duration,
        request: &Request,
        effects: &mut Vec<Effect>,
    ) -> Result<Response, LinkError> {
        self.now = now;
        if !self.is_answering(now) {
            return Err(silent());
        }
        match request {
            Request::Identify => Ok(Response::Identity(self.identity())),
            Request::Read(ids) => Ok(Response::Objects(self.objects(now, ids.iter().copied()))),
            Request::ReadCategory(category) => {
                Ok(Response::Objects(self.list(now, Some(category))))
            }
            Request::ReadAll => Ok(Response::Objects(self.list(now, None))),
            Request::UploadStatus => Ok(Response::UploadStatus(self.upload_status())),
            Request::ReadLog { offset } => {
                let offset = usize::try_from(*offset).unwrap_or(usize::MAX);
                Ok(Response::Log(LogPage::new(self.log_page(offset))))
            }
            Request::ReadTransactions { before } => {
                Ok(Response::Transactions(self.transactions_before(*before)))
            }
            other => self.command(now, other, effects),
        }
    }

    fn command(
        &mut self,
        now: Duration,
        request: &Request,
        effects: &mut Vec<Effect>,
    ) -> Result<Response, LinkError> {
        match request {
            Request::Write(writes) => {
                for write in writes {
                    self.write(now, write.id, write.value.clone());
                }
            }
            Request::Install { item, data } => self.install_item(*item, data),
            Request::Upload(upload) => {
                let bytes = upload_bytes(upload)?;
                self.begin_upload()?;
                self.finish_upload(now, &bytes, effects);
            }
            Request::SetClock { since_epoch } => self.set_clock(now, *since_epoch),
            Request::Restart => self.schedule_restart(now),
            Request::KeepFirmware => self.upload.previous_firmware = None,
            _ => {}
        }
        Ok(Response::Done)
    }

    /// Who it is.
    pub fn identity(&self) -> Identity {
        let mut identity = Identity::default();
        let text = |id| self.objects.text(id).to_owned();
        identity.serial_number = text(ids::SERIAL_NUMBER);
        identity.model = text(ids::MODEL);
        identity.identity = text(ids::IDENTITY);
        identity.firmware = text(ids::FIRMWARE);
        identity.charger_type = if self.setup.sockets > 1 {
            "2.0.1"
        } else {
            "1.0.1"
        }
        .to_owned();
        identity
    }

    fn objects(
        &self,
        now: Duration,
        ids: impl IntoIterator<Item = ObjectId>,
    ) -> Vec<ocpp_config::Object> {
        ids.into_iter()
            .filter_map(|id| self.object(now, id))
            .collect()
    }

    /// Takes a write-only item; a wrong one is answered like a right one.
    pub(crate) fn install_item(&mut self, item: WriteOnlyItem, data: &Secret) {
        match item {
            WriteOnlyItem::AUTHORIZATION_KEY => {
                self.trust.key = (!data.is_empty()).then(|| data.clone());
                self.note(Kind::Security, "sec.c", "authorization key changed");
            }
            WriteOnlyItem::PROXY_PASSWORD => self.trust.proxy_password = Some(data.clone()),
            WriteOnlyItem::CSMS_ROOT => {
                if let Some(roots) = container::certificates(data.expose()) {
                    self.trust.install(roots);
                }
            }
            WriteOnlyItem::CLIENT_CERTIFICATE => {
                if let Some(certificate) = container::client_certificate(data) {
                    self.trust.client_certificate = Some(certificate);
                }
            }
            _ => {}
        }
        let count = self.trust.count();
        self.objects.set_unsigned(ids::CERTIFICATES, count);
    }

    /// The transfer of a container begins.
    ///
    /// # Errors
    /// `Refused` with status 503 while another one is under way.
    pub fn begin_upload(&mut self) -> Result<(), LinkError> {
        if self.upload.is_busy() {
            let kind = LinkErrorKind::Refused { status: 503 };
            return Err(LinkError::without_effect(kind));
        }
        self.upload.begin();
        Ok(())
    }

    /// The transfer broke off.
    pub fn abort_upload(&mut self) {
        self.upload.abort();
    }

    /// All bytes are there: the charger checks them and applies what they hold. Nothing
    /// follows at once; the effects are those of a later [`poll`](Self::poll).
    pub fn finish_upload(&mut self, now: Duration, bytes: &[u8], _effects: &mut Vec<Effect>) {
        self.now = now;
        let built = Duration::from_millis(self.setup.firmware.build_date_ms());
        let dated = !self.setup.habits.checks_container_dates
            || self.clock(now) >= built + SIGNED_AFTER_BUILD;
        let content = container::open(bytes).filter(|_| dated);
        self.upload
            .received(now.saturating_add(self.setup.timing.check), content);
    }
}

/// Reads what is to be uploaded.
pub(crate) fn upload_bytes(upload: &Upload) -> Result<Vec<u8>, LinkError> {
    let unreadable = || LinkError::without_effect(LinkErrorKind::UploadSource);
    let length = usize::try_from(upload.len()).unwrap_or(usize::MAX);
    if length > LARGEST_UPLOAD {
        return Err(LinkError::without_effect(LinkErrorKind::Refused {
            status: 413,
        }));
    }
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match upload.read_at(filled as u64, rest) {
            Ok(0) | Err(_) => return Err(unreadable()),
            Ok(count) => filled += count,
        }
    }
    Ok(bytes)
}

pub(crate) fn silent() -> LinkError {
    LinkError::without_effect(LinkErrorKind::Timeout {
        during: "waiting for the charger",
    })
}

/// No container is larger than a controller image by far.
pub(crate) const LARGEST_UPLOAD: usize = 16 * 1024 * 1024;
/// Containers are signed after the firmware that reads them was built.
const SIGNED_AFTER_BUILD: Duration = Duration::from_secs(30 * 86_400);
