//! Where the entropy-coded data of a JPEG picture ends (ISO 10918-1, Annexes A.2 and F to H): a decoder reads as many
//! blocks as the picture has, and what lies behind them nobody sees.

use super::huffman::{Bits, Stop, Table};

/// How blocks are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Process {
    /// Blocks of 8 × 8 coefficients.
    Sequential,
    /// Single samples.
    Lossless,
}

#[derive(Clone, Copy, Debug)]
struct Component {
    id: u8,
    /// Blocks side by side and above each other in one unit.
    across: usize,
    down: usize,
}

/// What the segments of a picture said so far of its entropy-coded data.
#[derive(Default)]
pub(super) struct Picture {
    process: Option<Process>,
    width: usize,
    height: usize,
    components: Vec<Component>,
    /// Tables for DC coefficients, or for differences of samples; then those for AC coefficients.
    tables: [[Option<Table>; 4]; 2],
    restart_interval: usize,
}

const SOF_BASELINE: u8 = 0xc0;
const SOF_EXTENDED: u8 = 0xc1;
const SOF_LOSSLESS: u8 = 0xc3;
const DHT: u8 = 0xc4;
const DRI: u8 = 0xdd;

impl Picture {
    /// Takes note of a marker segment; none when it is cut off, or says that the picture has no size.
    pub(super) fn note(&mut self, marker: u8, content: &[u8]) -> Option<()> {
        match marker {
            SOF_BASELINE | SOF_EXTENDED => self.frame(Process::Sequential, content),
            SOF_LOSSLESS => self.frame(Process::Lossless, content),
            DHT => self.define(content),
            DRI => {
                let interval = content.first_chunk()?;
                self.restart_interval = u16::from_be_bytes(*interval).into();
                Some(())
            }
            _ => Some(()),
        }
    }

    fn frame(&mut self, process: Process, content: &[u8]) -> Option<()> {
        let (header, components) = content.split_first_chunk::<6>()?;
        let [_, h1, h0, w1, w0, _] = *header;
        self.process = Some(process);
        self.height = u16::from_be_bytes([h1, h0]).into();
        self.width = u16::from_be_bytes([w1, w0]).into();
        // A height of 0 is said behind the data, which is then not to be measured here.
        if self.height == 0 || self.width == 0 {
            return None;
        }
        self.components = components
            .chunks_exact(3)
            .map(|component| Component {
                id: component[0],
                across: usize::from(component[1] >> 4).clamp(1, 4),
                down: usize::from(component[1] & 15).clamp(1, 4),
            })
            .collect();
        Some(())
    }

    fn define(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((&place, rest)) = content.split_first() {
            let (table, rest) = Table::read(rest)?;
            let class = self.tables.get_mut(usize::from(place >> 4))?;
            *class.get_mut(usize::from(place & 15))? = Some(table);
            content = rest;
        }
        Some(())
    }

    /// The entropy-coded `data` of a scan, which begins with `header`, up to its last block. None when the data is no
    /// such data. Of arithmetic, progressive and JPEG-LS coding all of it is given: their ends are not known here, and
    /// no picture of those is read.
    pub(super) fn trimmed(&self, header: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        let Some(process) = self.process else {
            return Some(data.to_vec());
        };
        let scan = self.scan(process, header)?;
        let mut left = scan.units;
        let interval = match self.restart_interval {
            0 => left,
            units => units,
        };
        let mut trimmed = Vec::with_capacity(data.len());
        let mut rest = data;
        loop {
            let (coded, behind) = match restart(rest) {
                Some(at) => rest.split_at(at),
                None => (rest, &rest[rest.len()..]),
            };
            trimmed.extend_from_slice(&coded[..scan.read(coded, left.min(interval))?]);
            left -= left.min(interval);
            // A marker has two bytes.
            let Some((marker, next)) = behind.split_at_checked(2).filter(|_| left > 0) else {
                return Some(trimmed);
            };
            trimmed.extend_from_slice(marker);
            rest = next;
        }
    }

    fn scan(&self, process: Process, header: &[u8]) -> Option<Scan<'_>> {
        let (&count, rest) = header.split_first()?;
        let chosen = rest.get(..2 * usize::from(count))?;
        let mut parts = Vec::new();
        for choice in chosen.chunks_exact(2) {
            let component = self.components.iter().find(|one| one.id == choice[0])?;
            let table = |class: usize, at: u8| self.tables[class].get(usize::from(at))?.as_ref();
            parts.push(Part {
                component: *component,
                dc: table(0, choice[1] >> 4)?,
                ac: match process {
                    Process::Sequential => Some(table(1, choice[1] & 15)?),
                    Process::Lossless => None,
                },
            });
        }
        let edge = match process {
            Process::Sequential => 8,
            Process::Lossless => 1,
        };
        let all = || self.components.iter();
        let across = all().map(|one| one.across).max()?;
        let down = all().map(|one| one.down).max()?;
        let units = match &mut parts[..] {
            // A component by itself comes block by block, without those that only fill up a unit.
            [part] => {
                let one = &mut part.component;
                let columns = (self.width * one.across).div_ceil(across).div_ceil(edge);
                let rows = (self.height * one.down).div_ceil(down).div_ceil(edge);
                (one.across, one.down) = (1, 1);
                columns * rows
            }
            _ => self.width.div_ceil(edge * across) * self.height.div_ceil(edge * down),
        };
        Some(Scan { parts, units })
    }
}

/// Where the next restart marker stands.
fn restart(data: &[u8]) -> Option<usize> {
    let is_restart = |pair: &[u8]| pair[0] == 0xff && matches!(pair[1], 0xd0..=0xd7);
    data.windows(2).position(is_restart)
}

struct Part<'a> {
    component: Component,
    dc: &'a Table,
    /// None where samples are coded, and no blocks.
    ac: Option<&'a Table>,
}

struct Scan<'a> {
    parts: Vec<Part<'a>>,
    /// Units of all parts in turn.
    units: usize,
}

impl Scan<'_> {
    /// Bytes that `units` of them take. Data that is cut off is taken whole: decoders make do with it.
    fn read(&self, data: &[u8], units: usize) -> Option<usize> {
        let mut bits = Bits::new(data);
        for _ in 0..units {
            match self.unit(&mut bits) {
                Ok(()) => {}
                Err(Stop::End) => break,
                Err(Stop::NoCode) => return None,
            }
        }
        Some(bits.bytes_read())
    }

    fn unit(&self, bits: &mut Bits<'_>) -> Result<(), Stop> {
        for part in &self.parts {
            for _ in 0..part.component.across * part.component.down {
                part.block(bits)?;
            }
        }
        Ok(())
    }
}

impl Part<'_> {
    fn block(&self, bits: &mut Bits<'_>) -> Result<(), Stop> {
        match self.dc.value(bits)? {
            // The one difference that has no bits of its own (H.1.2.2).
            16 if self.ac.is_none() => {}
            size @ 0..=16 => bits.skip(size)?,
            _ => return Err(Stop::NoCode),
        }
        let Some(ac) = self.ac else {
            return Ok(());
        };
        let mut coefficient = 1;
        while coefficient < 64 {
            let value = ac.value(bits)?;
            let (zeros, size) = (value >> 4, value & 15);
            if size == 0 && zeros != 15 {
                break;
            }
            bits.skip(size)?;
            coefficient += usize::from(zeros) + 1;
        }
        Ok(())
    }
}
