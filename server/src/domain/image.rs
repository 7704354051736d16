//! Images that readers send: read, and made anew, so that nothing of what was sent is kept but what
//! is to be seen.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::digest;

/// Most pixels that are read: a photograph of 32 megapixels. Whoever packs more into a few bytes means
/// harm.
const PIXELS: u64 = 32_000_000;
/// Widest and highest that is read.
const READ_SIDE: u32 = 16_384;
/// Widest and highest that is kept: what a comment shows, twice as fine.
const KEPT_SIDE: u32 = 1_600;
/// The same of a face, which is shown as large as a line or two.
const FACE_SIDE: u32 = 128;
/// How well a photograph is kept, of 100.
const QUALITY: u8 = 82;
/// Bytes of memory that reading may take beside the pixels.
const MEMORY: u64 = 256 * 1024 * 1024;

/// An image as it is kept.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) hash: String,
    pub(crate) extension: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
}

impl Image {
    /// Its name: size and kind are in it, so that whoever renders a comment need not look it up.
    pub(crate) fn name(&self) -> String {
        named(&self.hash, (self.width, self.height), self.extension)
    }
}

fn named(hash: &str, (width, height): (u32, u32), extension: &str) -> String {
    format!("{hash}-{width}x{height}.{extension}")
}

/// The name of an image that is kept, as its bytes tell it.
pub(crate) fn name_of(hash: &str, bytes: &[u8]) -> Option<String> {
    let reader = ImageReader::new(Cursor::new(bytes));
    let reader = reader.with_guessed_format().ok()?;
    let extension = match reader.format()? {
        ImageFormat::Jpeg => "jpg",
        _ => "png",
    };
    Some(named(hash, reader.into_dimensions().ok()?, extension))
}

/// What a name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageName<'a> {
    /// All of it.
    pub(crate) whole: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) media_type: &'static str,
}

impl<'a> ImageName<'a> {
    fn is_hash(hash: &str) -> bool {
        hash.len() == 32
            && hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// What that name tells, if it is one.
    pub(crate) fn of(name: &'a str) -> Option<Self> {
        let (stem, extension) = name.split_once('.')?;
        let (hash, size) = stem.split_once('-')?;
        let (width, height) = size.split_once('x')?;
        let side = |text: &str| {
            let side: u32 = text.parse().ok()?;
            let is_as_written = side.to_string() == text;
            (is_as_written && (1..=KEPT_SIDE).contains(&side)).then_some(side)
        };
        Some(Self {
            whole: name,
            hash: Self::is_hash(hash).then_some(hash)?,
            width: side(width)?,
            height: side(height)?,
            media_type: match extension {
                "jpg" => "image/jpeg",
                "png" => "image/png",
                _ => return None,
            },
        })
    }
}

/// Makes an image anew: upright, no larger than it is shown, and without anything that a camera or a
/// program has written into it. Of one that moves the first picture. None when it can't be read, or
/// is too large to be.
pub(crate) fn remade(bytes: &[u8]) -> Option<Image> {
    within(bytes, KEPT_SIDE)
}

/// The same of somebody's face, which is much smaller.
pub(crate) fn remade_face(bytes: &[u8]) -> Option<Image> {
    within(bytes, FACE_SIDE)
}

fn within(bytes: &[u8], side: u32) -> Option<Image> {
    match remake(bytes, side) {
        Ok(image) => image,
        Err(error) => {
            tracing::debug!(%error, "an image can't be read");
            None
        }
    }
}

fn remake(bytes: &[u8], side: u32) -> Result<Option<Image>, ImageError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let format = reader.format();
    let known = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ];
    if !format.is_some_and(|format| known.contains(&format)) {
        return Ok(None);
    }
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(READ_SIDE);
    limits.max_image_height = Some(READ_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || width == 0 || height == 0 {
        return Ok(None);
    }
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    if image.width() > side || image.height() > side {
        image = image.thumbnail(side, side);
    }
    image.apply_orientation(orientation);
    let is_drawn = matches!(format, Some(ImageFormat::Png | ImageFormat::Gif));
    let is_opaque =
        !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let mut made = Vec::new();
    let extension = if is_drawn || !is_opaque {
        let encoder =
            PngEncoder::new_with_quality(&mut made, CompressionType::Default, FilterType::Adaptive);
        let image = if is_opaque {
            DynamicImage::from(image.to_rgb8())
        } else {
            DynamicImage::from(image.to_rgba8())
        };
        image.write_with_encoder(encoder)?;
        "png"
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut made, QUALITY);
        image.to_rgb8().write_with_encoder(encoder)?;
        "jpg"
    };
    let hash = digest(&made)[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Some(Image {
        hash,
        extension,
        width: image.width(),
        height: image.height(),
        bytes: made,
    }))
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, Rgb, Rgba};

    use super::*;

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn photograph(width: u32, height: u32) -> DynamicImage {
        ImageBuffer::from_fn(width, height, |x, y| {
            Rgb([x as u8, y as u8, (x / 3 + y) as u8])
        })
        .into()
    }

    #[test]
    fn a_photograph_stays_one_and_gets_no_larger_than_it_is_shown() {
        let image = remade(&written(&photograph(3_200, 800), ImageFormat::Jpeg)).unwrap();
        assert_eq!(
            (image.width, image.height, image.extension),
            (1_600, 400, "jpg")
        );
        let name = image.name();
        let told = ImageName::of(&name).unwrap();
        assert_eq!((told.width, told.height), (1_600, 400));
        assert_eq!(told.media_type, "image/jpeg");
        assert_eq!(told.hash, image.hash);
        assert_eq!(
            name_of(&image.hash, &image.bytes).as_ref(),
            Some(&image.name())
        );
        assert!(image::load_from_memory(&image.bytes).is_ok());
    }

    #[test]
    fn what_can_be_seen_through_stays_so() {
        let glass = ImageBuffer::from_pixel(20, 10, Rgba([200_u8, 0, 0, 90])).into();
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let image = remade(&written(&glass, format)).unwrap();
            assert_eq!(image.extension, "png");
            assert_eq!(
                name_of(&image.hash, &image.bytes).as_ref(),
                Some(&image.name())
            );
            let read = image::load_from_memory(&image.bytes).unwrap();
            assert_eq!(read.to_rgba8().get_pixel(3, 3).0, [200, 0, 0, 90]);
        }
        let gif = remade(&written(&photograph(9, 9), ImageFormat::Gif)).unwrap();
        assert_eq!((gif.width, gif.height, gif.extension), (9, 9, "png"));
    }

    /// A JPEG of 40 to 20 pixels whose camera was held upright, with a place and a name in it.
    fn with_exif() -> Vec<u8> {
        let plain = written(&photograph(40, 20), ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
        // Orientation: turned by a quarter; then a text.
        exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
        exif.extend(b"\x0e\x01\x02\0\x0a\0\0\0\x26\0\0\0\0\0\0\0my garden\0");
        let mut bytes = plain[..2].to_vec();
        bytes.extend([0xff, 0xe1]);
        bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        bytes.extend(exif);
        bytes.extend(&plain[2..]);
        bytes
    }

    #[test]
    fn what_a_camera_wrote_into_it_is_gone_and_it_stands_upright() {
        let sent = with_exif();
        assert!(sent.windows(9).any(|bytes| bytes == b"my garden"));
        let image = remade(&sent).unwrap();
        assert_eq!((image.width, image.height), (20, 40));
        let has = |what: &[u8]| image.bytes.windows(what.len()).any(|bytes| bytes == what);
        assert!(!has(b"my garden") && !has(b"Exif"));
    }

    #[test]
    fn what_is_no_image_or_too_large_to_be_read_is_refused() {
        assert!(remade(b"").is_none());
        assert!(remade(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").is_none());
        assert!(remade(b"\x89PNG\r\n\x1a\n and then nothing").is_none());
        let mut cut = written(&photograph(50, 50), ImageFormat::Png);
        cut.truncate(60);
        assert!(remade(&cut).is_none());
        // A few bytes that say they are 60,000 pixels wide.
        let mut bomb = written(&photograph(1, 1), ImageFormat::Png);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(remade(&bomb).is_none());
        let large = DynamicImage::new_luma8(8_000, 8_000);
        assert!(remade(&written(&large, ImageFormat::Png)).is_none());
    }

    #[test]
    fn a_name_is_what_we_give_out_and_nothing_else() {
        let hash = "0123456789abcdef0123456789abcdef";
        assert!(ImageName::of(&format!("{hash}-10x20.png")).is_some());
        for wrong in [
            format!("{hash}-10x20.svg"),
            format!("{hash}-10x20"),
            format!("{hash}-0x20.png"),
            format!("{hash}-010x20.png"),
            format!("{hash}-10x99999.png"),
            format!("{hash}-10x20.png.html"),
            format!("{}-10x20.png", &hash[1..]),
            format!("{}-10x20.png", hash.to_uppercase()),
            "../secret.png".to_owned(),
        ] {
            assert_eq!(ImageName::of(&wrong), None, "{wrong}");
        }
    }
}
