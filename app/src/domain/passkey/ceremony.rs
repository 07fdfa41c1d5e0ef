//! What a device is asked, and whether its answer holds (Web Authentication Level 3 §7). Drawing what is to be signed and
//! every check of the answer is left to `webauthn_rp`; what it checks against is handed in.

use std::borrow::Borrow;

use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, DiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
    bin::{Decode, Encode},
    request::{
        AsciiDomain, ExtensionInfo, PublicKeyCredentialDescriptor, RpId,
        auth::AuthenticationVerificationOptions,
        register::{
            CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle, Username,
        },
    },
    response::{
        AuthTransports, CredentialId, SentChallenge,
        auth::{Authentication, error::AuthCeremonyErr},
        register::{CompressedPubKey, DynamicState, StaticState},
    },
};

use super::Refused;

/// How many random bytes a device knows a person by. They say nothing about the person (§14.6.1).
pub const HANDLE: usize = 32;

/// The public key of a passkey, as it is read back.
type Key = StaticState<CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>>;

/// The side that a passkey lets in to: this program at the address people use.
#[derive(Clone, Debug)]
pub struct Side {
    id: RpId,
    origin: String,
}

/// What a browser is asked, and what is kept until it answers.
pub struct Asked {
    /// What is to be signed: 16 random bytes, different every time.
    pub challenge: [u8; 16],
    /// What the answer is held against.
    pub state: Vec<u8>,
    /// What the browser is handed: `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    pub options: String,
}

/// A passkey that was just made.
pub struct Made {
    /// What the device calls it.
    pub credential: Vec<u8>,
    /// Its public key.
    pub public_key: Vec<u8>,
    /// Its counter, and what else may change.
    pub state: Vec<u8>,
}

/// What is kept of a passkey to hold an answer against.
pub struct Kept {
    /// What its person is known by on devices.
    pub handle: Vec<u8>,
    /// Its public key.
    pub public_key: Vec<u8>,
    /// Its counter, and what else may change.
    pub state: Vec<u8>,
}

/// What a browser sends once a passkey was made.
pub struct MakeAnswer(Registration);

/// What a browser sends once a passkey has signed.
pub struct SignAnswer(Authentication<HANDLE, true>);

impl MakeAnswer {
    /// Reads a `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn read(json: &str) -> Result<Self, Refused> {
        Registration::from_json_relaxed(json.as_bytes()).map(Self).map_err(|_| Refused::Malformed)
    }

    /// What was signed, as the browser says.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn challenge(&self) -> Result<[u8; 16], Refused> {
        self.0.challenge_relaxed().map(bytes).map_err(|_| Refused::Malformed)
    }
}

impl SignAnswer {
    /// Reads an `AuthenticationResponseJSON` that names whom the passkey belongs to.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn read(json: &str) -> Result<Self, Refused> {
        Authentication::from_json_relaxed(json.as_bytes()).map(Self).map_err(|_| Refused::Malformed)
    }

    /// What was signed, as the browser says.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn challenge(&self) -> Result<[u8; 16], Refused> {
        self.0.challenge_relaxed().map(bytes).map_err(|_| Refused::Malformed)
    }

    /// What the device calls the passkey.
    pub fn credential(&self) -> Vec<u8> {
        self.0.raw_id().into_inner().to_vec()
    }
}

const fn bytes(challenge: SentChallenge) -> [u8; 16] {
    challenge.0.to_be_bytes()
}

impl Side {
    /// The side at that address; none where a passkey cannot be made for it, as for a bare number (§5.1.2).
    pub fn at(public_url: &str) -> Option<Self> {
        let (_, rest) = public_url.split_once("://")?;
        let host = rest.split(['/', ':']).next()?;
        let is_number = host.chars().all(|c| c.is_ascii_digit() || c == '.');
        if is_number || rest.starts_with('[') {
            return None;
        }
        let id = RpId::Domain(AsciiDomain::try_from(host.to_owned()).ok()?);
        Some(Self { id, origin: public_url.to_owned() })
    }

    /// Asks for a new passkey of a person who has `known` already. The device shows `name` to whoever chooses one.
    ///
    /// # Errors
    /// [`Refused::Malformed`] when the library cannot ask.
    pub fn make(&self, handle: [u8; HANDLE], name: &str, app: &str, known: Vec<Vec<u8>>) -> Result<Asked, Refused> {
        let handle = UserHandle::<HANDLE>::decode(handle).map_err(|_| Refused::Malformed)?;
        let user = PublicKeyCredentialUserEntity {
            name: Username::try_from(name)
                .or_else(|_| Username::try_from("vores-plan"))
                .map_err(|_| Refused::Malformed)?,
            id: &handle,
            display_name: Nickname::try_from(name).ok(),
        };
        let known = known.into_iter().filter_map(|id| {
            let id = CredentialId::<Vec<u8>>::decode(id).ok()?;
            Some(PublicKeyCredentialDescriptor { id, transports: AuthTransports::decode(0).ok()? })
        });
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.id, user, known.collect());
        // Many phones know nothing of this extension and would refuse if it were insisted on. A finger, a face or a code is
        // held to be shown each time whatever they know.
        options.extensions.cred_protect = CredProtect::UserVerificationRequired(ExtensionInfo::AllowDontEnforceValue);
        let (kept, sent) = options.start_ceremony().map_err(|_| Refused::Malformed)?;
        let mut options = serde_json::to_value(&sent).map_err(|_| Refused::Malformed)?;
        options["rp"]["name"] = app.into();
        let challenge: &SentChallenge = kept.borrow();
        Ok(Asked {
            challenge: challenge.0.to_be_bytes(),
            state: kept.encode().map_err(|_| Refused::Malformed)?.to_vec(),
            options: options.to_string(),
        })
    }

    /// Takes a new passkey, if all holds: asked for here, at this address, with a finger, a face or a code.
    ///
    /// # Errors
    /// [`Refused::NotAsked`], [`Refused::Unsound`].
    pub fn take(&self, answer: &MakeAnswer, state: &[u8]) -> Result<Made, Refused> {
        let state = RegistrationServerState::<HANDLE>::decode(state).map_err(|_| Refused::NotAsked)?;
        let options = RegistrationVerificationOptions::<'_, '_, String, String> {
            allowed_origins: std::slice::from_ref(&self.origin),
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let made = state.verify(&self.id, &answer.0, &options).map_err(|_| Refused::Unsound)?;
        let (public_key, state) = (made.static_state().encode(), made.dynamic_state().encode());
        Ok(Made {
            credential: made.id().into_inner().to_vec(),
            public_key: public_key.map_err(|_| Refused::Malformed)?,
            state: state.map_err(|_| Refused::Malformed)?.to_vec(),
        })
    }

    /// Asks for any passkey of this side.
    ///
    /// # Errors
    /// [`Refused::Malformed`] when the library cannot ask.
    pub fn ask(&self) -> Result<Asked, Refused> {
        let options = DiscoverableCredentialRequestOptions::passkey(&self.id);
        let (kept, sent) = options.start_ceremony().map_err(|_| Refused::Malformed)?;
        let challenge: &SentChallenge = kept.borrow();
        Ok(Asked {
            challenge: challenge.0.to_be_bytes(),
            state: kept.encode().map_err(|_| Refused::Malformed)?.to_vec(),
            options: serde_json::to_string(&sent).map_err(|_| Refused::Malformed)?,
        })
    }

    /// Whether a passkey signed what it was asked to, and all else holds too. Gives what is to be kept of it from now on.
    ///
    /// # Errors
    /// [`Refused::NotAsked`], [`Refused::Unsound`], [`Refused::CountedBack`].
    pub fn proves(&self, answer: &SignAnswer, state: &[u8], kept: &Kept) -> Result<Vec<u8>, Refused> {
        let asked = DiscoverableAuthenticationServerState::decode(state).map_err(|_| Refused::NotAsked)?;
        let handle: [u8; HANDLE] = kept.handle.as_slice().try_into().map_err(|_| Refused::Unknown)?;
        let handle = UserHandle::<HANDLE>::decode(handle).map_err(|_| Refused::Unknown)?;
        let counted: [u8; 7] = kept.state.as_slice().try_into().map_err(|_| Refused::Unknown)?;
        let key = Key::decode(&kept.public_key).map_err(|_| Refused::Unknown)?;
        let counted = DynamicState::decode(counted).map_err(|_| Refused::Unknown)?;
        let mut passkey =
            AuthenticatedCredential::new(answer.0.raw_id(), &handle, key, counted).map_err(|_| Refused::Unknown)?;
        let options = AuthenticationVerificationOptions::<'_, '_, String, String> {
            allowed_origins: std::slice::from_ref(&self.origin),
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        match asked.verify(&self.id, &answer.0, &mut passkey, &options) {
            Ok(_) => Ok(passkey.dynamic_state().encode().map_err(|_| Refused::Malformed)?.to_vec()),
            Err(AuthCeremonyErr::SignatureCounter) => Err(Refused::CountedBack),
            Err(_) => Err(Refused::Unsound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_a_name_and_never_a_number() {
        for fine in ["http://localhost:8080", "https://plan.eksempel.dk"] {
            assert!(Side::at(fine).is_some(), "{fine}");
        }
        for none in ["http://127.0.0.1:8080", "http://[::1]:8080", "localhost", ""] {
            assert!(Side::at(none).is_none(), "{none}");
        }
    }

    #[test]
    fn what_is_asked_is_new_every_time_and_wants_a_finger_a_face_or_a_code() {
        let side = Side::at("https://plan.eksempel.dk").expect("a side");
        let (one, other) = (side.ask().expect("asked"), side.ask().expect("asked"));
        assert_ne!(one.challenge, other.challenge);
        let options: serde_json::Value = serde_json::from_str(&one.options).expect("json");
        assert_eq!((&options["userVerification"], &options["rpId"]), (&"required".into(), &"plan.eksempel.dk".into()));

        let asked = side.make([7; HANDLE], "Anna Sofie", "Vores Plan", vec![vec![9; 16]]).expect("asked");
        let options: serde_json::Value = serde_json::from_str(&asked.options).expect("json");
        let selection = &options["authenticatorSelection"];
        assert_eq!(
            (&selection["userVerification"], &selection["residentKey"]),
            (&"required".into(), &"required".into())
        );
        assert_eq!((&options["attestation"], &options["rp"]["name"]), (&"none".into(), &"Vores Plan".into()));
        assert_eq!(options["excludeCredentials"].as_array().map(Vec::len), Some(1));
        assert_eq!(options["extensions"]["enforceCredentialProtectionPolicy"], false);
        assert_eq!(options["user"]["displayName"], "Anna Sofie");
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        for nonsense in ["", "{}", "[]", "null", "{\"id\":1}", &"[".repeat(10_000)] {
            assert!(MakeAnswer::read(nonsense).is_err());
            assert!(SignAnswer::read(nonsense).is_err());
        }
    }
}
