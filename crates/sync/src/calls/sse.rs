//! Server-sent events out of bytes as they arrive (HTML standard, section 9.2.6).

/// More without the end of an event is none of ours.
const EVENT_BYTES_MAX: usize = 256 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SseEvent {
    pub(super) name: String,
    pub(super) data: String,
    pub(super) id: Option<String>,
}

/// Bytes that are not yet a whole event.
#[derive(Debug, Default)]
pub(super) struct SseReader {
    waiting: Vec<u8>,
}

/// An event without an end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl SseReader {
    /// Takes bytes in; the events that are whole now, in order.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, TooLong> {
        // The server writes line feeds alone; others in between may not.
        self.waiting
            .extend(bytes.iter().filter(|byte| **byte != b'\r'));
        let mut events = Vec::new();
        while let Some(end) = self.waiting.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.waiting.drain(..end + 2).collect();
            events.extend(event_of(&String::from_utf8_lossy(&block)));
        }
        match self.waiting.len() > EVENT_BYTES_MAX {
            true => Err(TooLong),
            false => Ok(events),
        }
    }
}

/// The event of a block of lines; `None` for comments, which keep a connection alive.
fn event_of(block: &str) -> Option<SseEvent> {
    let mut event = SseEvent::default();
    let mut data: Vec<&str> = Vec::new();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => event.name = value.to_owned(),
            "data" => data.push(value),
            "id" => event.id = Some(value.to_owned()),
            _ => {}
        }
    }
    event.data = data.join("\n");
    (!data.is_empty()).then_some(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b": hello\n\nevent: run\ndata: {\"a\":\ndata: 1}\nid: 7\n\n:\n\ndata:x\n\nevent: run\ndata: cut";

    fn event(name: &str, data: &str, id: Option<&str>) -> SseEvent {
        SseEvent {
            name: name.to_owned(),
            data: data.to_owned(),
            id: id.map(str::to_owned),
        }
    }

    #[test]
    fn events_are_the_same_wherever_the_bytes_are_cut() {
        let expected = [event("run", "{\"a\":\n1}", Some("7")), event("", "x", None)];
        for cut in 0..TEXT.len() {
            let mut reader = SseReader::default();
            let mut events = reader.push(&TEXT[..cut]).expect("short");
            events.extend(reader.push(&TEXT[cut..]).expect("short"));
            assert_eq!(events, expected, "cut at {cut}");
        }
        let mut reader = SseReader::default();
        let with_returns: Vec<u8> = TEXT
            .iter()
            .flat_map(|byte| match byte {
                b'\n' => b"\r\n".to_vec(),
                byte => vec![*byte],
            })
            .collect();
        assert_eq!(reader.push(&with_returns).expect("short"), expected);
    }

    #[test]
    fn an_event_without_an_end_is_given_up() {
        let mut reader = SseReader::default();
        assert_eq!(reader.push(&vec![b'x'; EVENT_BYTES_MAX + 1]), Err(TooLong));
    }
}
