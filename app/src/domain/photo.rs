//! The face of somebody who walks beside families: whatever was sent becomes a small square picture with nothing else
//! in it.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops::FilterType,
};

use super::why::Why;

/// A small square JPEG that was made here, so that it carries no place, no time and no camera.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo(Vec<u8>);

/// Its sides, in pixels.
const SIDE: u32 = 192;
/// The most bytes it may have.
const SMALL: usize = 20 * 1024;
/// The longest side of what may be sent, in pixels.
const LONGEST: u32 = 12_000;
/// The most memory its reading may take, in bytes.
const MEMORY: u64 = 256 * 1024 * 1024;

impl Photo {
    /// The most bytes that may be sent.
    pub const LARGEST: usize = 5 * 1024 * 1024;

    /// Makes one of the middle of a JPEG, PNG or WebP, upright as the camera says it was held.
    ///
    /// # Errors
    /// [`Why::NotAPicture`] when it is no such picture, or too large a one.
    pub fn of(sent: &[u8]) -> Result<Self, Why> {
        if sent.len() > Self::LARGEST {
            return Err(Why::NotAPicture);
        }
        let upright = read(sent).ok_or(Why::NotAPicture)?;
        let square = square(&upright);
        [85, 70, 55, 40, 25, 10].into_iter().find_map(|quality| write(&square, quality)).ok_or(Why::NotAPicture)
    }

    /// What stands in the database.
    pub(crate) const fn stored(jpeg: Vec<u8>) -> Self {
        Self(jpeg)
    }

    /// The JPEG.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }

    /// The JPEG, to hand out.
    pub fn into_jpeg(self) -> Vec<u8> {
        self.0
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Photo(…)")
    }
}

fn read(sent: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(sent)).with_guessed_format().ok()?;
    let known = matches!(reader.format()?, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST), Some(LONGEST));
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = known.then(|| reader.into_decoder().ok())??;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().ok()?;
    if width.min(height) == 0 || decoder.total_bytes() > MEMORY {
        return None;
    }
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    Some(picture)
}

fn square(picture: &DynamicImage) -> DynamicImage {
    let side = picture.width().min(picture.height());
    let middle = picture.crop_imm((picture.width() - side) / 2, (picture.height() - side) / 2, side, side);
    DynamicImage::from(middle.resize_exact(SIDE, SIDE, FilterType::Triangle).to_rgb8())
}

fn write(square: &DynamicImage, quality: u8) -> Option<Photo> {
    let mut jpeg = Vec::new();
    square.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality)).ok()?;
    (jpeg.len() <= SMALL).then_some(Photo(jpeg))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// A picture that is red above and blue below.
    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let colour = |_, y| if y < height / 2 { Rgb([230, 20, 20]) } else { Rgb([20, 20, 230]) };
        let picture = DynamicImage::from(RgbImage::from_fn(width, height, colour));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("it is written");
        bytes.into_inner()
    }

    /// The same JPEG with an Exif segment (JEITA CP-3451) that says how it was held, and where.
    fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let tiff = [
            &b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..],
            &[orientation, 0, 0, 0, 0, 0, 0, 0],
            b"SECRET PLACE 55.0 N",
        ]
        .concat();
        let length = u16::try_from(tiff.len() + 8).expect("a short segment").to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, b"Exif\0\0", &tiff, &jpeg[2..]].concat()
    }

    fn colour_at(photo: &Photo, x: u32, y: u32) -> [u8; 3] {
        image::load_from_memory(photo.jpeg()).expect("a JPEG").to_rgb8().get_pixel(x, y).0
    }

    #[test]
    fn whatever_is_sent_becomes_a_small_square() {
        for (width, height) in [(640, 480), (300, 900), (1, 1), (192, 192)] {
            for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
                let photo = Photo::of(&picture(width, height, format)).expect("a photo");
                let read = image::load_from_memory_with_format(photo.jpeg(), ImageFormat::Jpeg).expect("a JPEG");
                assert_eq!((read.width(), read.height()), (SIDE, SIDE), "{width} {height} {format:?}");
                assert!(photo.jpeg().len() <= SMALL);
            }
        }
        let noise = RgbImage::from_fn(400, 400, |x, y| Rgb([(x * 97 + y * 31) as u8, (x * y) as u8, (x ^ y) as u8]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(noise).write_to(&mut bytes, ImageFormat::Png).expect("it is written");
        assert!(Photo::of(&bytes.into_inner()).expect("a photo").jpeg().len() <= SMALL);
    }

    #[test]
    fn a_photo_stands_upright_and_tells_nothing_of_where_it_was_taken() {
        let jpeg = picture(400, 400, ImageFormat::Jpeg);
        let sent = held(&jpeg, 3);
        assert!(sent.windows(6).any(|part| part == b"SECRET"));
        let photo = Photo::of(&sent).expect("a photo");
        assert!(
            !photo.jpeg().windows(6).any(|part| part == b"SECRET")
                && !photo.jpeg().windows(4).any(|part| part == b"Exif")
        );
        let [red, _, blue] = colour_at(&photo, 96, 20);
        assert!(blue > red, "it was held upside down");
        let [red, _, blue] = colour_at(&Photo::of(&held(&jpeg, 1)).expect("a photo"), 96, 20);
        assert!(red > blue, "it was not");
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        let png = picture(40, 40, ImageFormat::Png);
        for sent in
            [&b""[..], b"<svg onload=alert(1)>", b"GIF89a\x01\0\x01\0", &png[..60], &vec![0; Photo::LARGEST + 1]]
        {
            assert_eq!(Photo::of(sent), Err(Why::NotAPicture));
        }
        let mut huge = png;
        huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert_eq!(Photo::of(&huge), Err(Why::NotAPicture), "it says it has 65535 x 65535 pixels");
    }
}
