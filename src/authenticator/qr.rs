//! Reads the text of a QR image in a PNG file, within limits: an image is input from outside.

use std::io::Read;
use std::path::Path;

use png::{ColorType, Decoder, Limits, Transformations};
use secrecy::SecretString;

/// Far more than a screenshot of a large screen needs.
const LARGEST_FILE: u64 = 16 << 20;
const MOST_PIXELS: u64 = 40_000_000;
const MOST_MEMORY: usize = 256 << 20;

/// Why no text could be read out of an image.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    #[error("it is not a PNG image (save a JPEG as PNG first): {0}")]
    NotPng(String),
    #[error("it has more than {} MiB, or more than {} million pixels", LARGEST_FILE >> 20, MOST_PIXELS / 1_000_000)]
    TooLarge,
    #[error("no QR code can be seen in it; cut it out so that it fills the image, with a white margin")]
    NoCode,
    #[error("there are {0} QR codes in it; cut one out")]
    Several(usize),
    #[error("its QR code can't be read: {0}")]
    Damaged(String),
}

/// The text of the one QR code in a PNG file.
pub fn read(path: &Path) -> Result<SecretString, QrError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(QrError::TooLarge);
    }
    decode(&bytes)
}

/// The text of the one QR code in a PNG image.
pub fn decode(png: &[u8]) -> Result<SecretString, QrError> {
    let image = grey(png)?;
    // Screens of phones in dark mode show light codes on dark ground.
    match text(&image) {
        Err(QrError::NoCode) => text(&image.inverted()),
        found => found,
    }
}

/// A picture in shades of grey, row by row.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    fn inverted(&self) -> Self {
        Self { pixels: self.pixels.iter().map(|shade| 255 - shade).collect(), ..*self }
    }
}

fn text(image: &Grey) -> Result<SecretString, QrError> {
    let at = |x: usize, y: usize| image.pixels.get(y * image.width + x).copied().unwrap_or(255);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(image.width, image.height, at);
    let mut found = prepared.detect_grids();
    // Three squares that are no code, in the picture around it, do not decode; two codes that do are too many.
    let mut texts: Vec<_> = found.drain(..).map(|grid| grid.decode().map(|(_, text)| text)).collect();
    let readable = texts.iter().filter(|text| text.is_ok()).count();
    if readable > 1 {
        return Err(QrError::Several(readable));
    }
    let best = texts.iter().position(Result::is_ok).unwrap_or(0);
    if texts.is_empty() {
        return Err(QrError::NoCode);
    }
    texts.swap_remove(best).map(SecretString::from).map_err(|error| QrError::Damaged(error.to_string()))
}

fn grey(png: &[u8]) -> Result<Grey, QrError> {
    let refused = |error: png::DecodingError| match error {
        png::DecodingError::LimitsExceeded => QrError::TooLarge,
        error => QrError::NotPng(error.to_string()),
    };
    let mut decoder = Decoder::new_with_limits(std::io::Cursor::new(png), Limits { bytes: MOST_MEMORY });
    // Palettes and 1 to 4 bits become 8 bits, 16 bits too.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(refused)?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(QrError::TooLarge);
    }
    let mut buffer = vec![0; reader.output_buffer_size().ok_or(QrError::TooLarge)?];
    let frame = reader.next_frame(&mut buffer).map_err(refused)?;
    let samples = buffer.get(..frame.buffer_size()).unwrap_or_default();
    let luma = |r: u8, g: u8, b: u8| ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000) as u8;
    // What is transparent is seen as white paper.
    let over = |shade: u8, alpha: u8| (255 - (255 - u32::from(shade)) * u32::from(alpha) / 255) as u8;
    let pixels: Vec<u8> = match frame.color_type {
        ColorType::Grayscale | ColorType::Indexed => samples.to_vec(),
        ColorType::GrayscaleAlpha => samples.as_chunks().0.iter().map(|&[shade, alpha]| over(shade, alpha)).collect(),
        ColorType::Rgb => samples.as_chunks().0.iter().map(|&[r, g, b]| luma(r, g, b)).collect(),
        ColorType::Rgba => samples.as_chunks().0.iter().map(|&[r, g, b, a]| over(luma(r, g, b), a)).collect(),
    };
    Ok(Grey { width: frame.width as usize, height: frame.height as usize, pixels })
}
