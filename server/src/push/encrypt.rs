//! Message encryption for web push (RFC 8291) with the content coding `aes128gcm` (RFC 8188), in one record.

use app::domain::push::Keys;
use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{ECDH_P256, ParsedPublicKey, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand,
};

/// The length of a public key: a point of P-256, uncompressed (RFC 8291 §3.1).
const KEY_LEN: usize = 65;
/// The length of a salt (RFC 8188 §2.1).
const SALT_LEN: usize = 16;
/// The length of a record; ours hold one (RFC 8291 §4).
const RECORD: u32 = 4096;
/// What stands after the last record's text (RFC 8188 §2).
const LAST: u8 = 2;
/// The longest text of a message: what fits into the record of 4096 bytes that every push service takes, beside header,
/// delimiter and tag (RFC 8291 §4).
pub const LONGEST: usize = RECORD as usize - (SALT_LEN + 4 + 1 + KEY_LEN) - 1 - 16;

/// Why a message was not locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is longer than [`LONGEST`].
    #[error("the message is too long")]
    TooLong,
    /// The phone's public key is no point of the curve.
    #[error("the key of the phone is not sound")]
    Key,
}

impl From<Unspecified> for Error {
    fn from(_: Unspecified) -> Self {
        Self::Key
    }
}

/// Whether something can be locked for a phone with these keys: its public key is a point of the curve.
pub fn locks(keys: &Keys) -> bool {
    ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, &keys.public)).is_ok()
}

/// Locks a text so that only the phone with these keys reads it: the body of the request to its push service.
///
/// # Errors
/// [`Error::TooLong`], [`Error::Key`].
pub fn encrypt(keys: &Keys, text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut salt = [0; SALT_LEN];
    rand::fill(&mut salt)?;
    with(keys, text, &PrivateKey::generate(&ECDH_P256)?, salt)
}

/// As [`encrypt`], with the sender's key for this one message and a salt.
fn with(keys: &Keys, text: &[u8], own: &PrivateKey, salt: [u8; SALT_LEN]) -> Result<Vec<u8>, Error> {
    if text.len() > LONGEST {
        return Err(Error::TooLong);
    }
    let public = own.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &keys.public);
    let mut input = [0; 32];
    agree(own, theirs, Error::Key, |shared| {
        let info: [&[u8]; 3] = [b"WebPush: info\0", &keys.public, public.as_ref()];
        let secret = Salt::new(HKDF_SHA256, &keys.secret).extract(shared);
        Ok(secret.expand(&info, Bytes(32))?.fill(&mut input)?)
    })?;
    let secret = Salt::new(HKDF_SHA256, &salt).extract(&input);
    let (mut key, mut nonce) = ([0; 16], [0; NONCE_LEN]);
    secret.expand(&[b"Content-Encoding: aes128gcm\0"], Bytes(16))?.fill(&mut key)?;
    secret.expand(&[b"Content-Encoding: nonce\0"], Bytes(NONCE_LEN))?.fill(&mut nonce)?;

    let mut body = Vec::with_capacity(SALT_LEN + 5 + KEY_LEN + text.len() + 17);
    body.extend_from_slice(&salt);
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(KEY_LEN as u8);
    body.extend_from_slice(public.as_ref());
    let record = body.len();
    body.extend_from_slice(text);
    body.push(LAST);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut body[record..])?;
    body.extend_from_slice(tag.as_ref());
    Ok(body)
}

/// So many bytes of key material.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    fn keys(public: &[u8], secret: &[u8]) -> Keys {
        Keys { public: public.try_into().expect("a key"), secret: secret.try_into().expect("a secret") }
    }

    /// The example of RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_is_locked_to_the_byte() {
        let phone = keys(
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        );
        let own = PrivateKey::from_private_key(&ECDH_P256, &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
            .expect("a key");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("a salt");
        let text = b"When I grow up, I want to be a watermelon";
        let locked = with(&phone, text, &own, salt).expect("it is short");
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg\
            Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(locked), expected);
    }

    proptest! {
        /// `web-push-native` is another's reading of the same standards.
        #[test]
        fn whatever_is_locked_somebody_else_unlocks(text in prop::collection::vec(any::<u8>(), 0..=LONGEST)) {
            let phone = web_push_native::p256::SecretKey::random(&mut web_push_native::p256::elliptic_curve::rand_core::OsRng);
            let secret: [u8; 16] = std::array::from_fn(|at| at as u8);
            let point = web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint::to_encoded_point(&phone.public_key(), false);
            let locked = encrypt(&keys(point.as_bytes(), &secret), &text).expect("it fits");
            prop_assert!(locked.len() <= RECORD as usize);
            let read = web_push_native::decrypt(locked, &phone, &web_push_native::Auth::from(secret)).expect("it unlocks");
            prop_assert_eq!(read, text);
        }
    }

    #[test]
    fn what_does_not_fit_or_is_no_key_is_refused() {
        let own = PrivateKey::generate(&ECDH_P256).expect("a key");
        let public = own.compute_public_key().expect("its public half");
        let sound = keys(public.as_ref(), &[7; 16]);
        assert_eq!(encrypt(&sound, &[0; LONGEST]).expect("it fits").len(), RECORD as usize);
        assert_eq!(encrypt(&sound, &[0; LONGEST + 1]), Err(Error::TooLong));
        assert!(locks(&sound));
        let mut off = sound.clone();
        off.public[64] ^= 1;
        let zero = keys(&[0; KEY_LEN], &[7; 16]);
        let mut compressed = sound.clone();
        compressed.public[0] = 2;
        for (unsound, what) in [(off, "a point off the curve"), (zero, "no point"), (compressed, "another form")] {
            assert_eq!(encrypt(&unsound, b"Hej"), Err(Error::Key), "{what}");
            assert!(!locks(&unsound), "{what}");
        }
    }

    #[test]
    fn the_same_text_is_never_locked_the_same_way_twice() {
        let own = PrivateKey::generate(&ECDH_P256).expect("a key");
        let phone = keys(own.compute_public_key().expect("its public half").as_ref(), &[7; 16]);
        let [one, other] = [(), ()].map(|()| encrypt(&phone, b"Hej").expect("it fits"));
        assert_ne!(one[..SALT_LEN], other[..SALT_LEN]);
        assert_ne!(one[21..21 + KEY_LEN], other[21..21 + KEY_LEN]);
    }
}
