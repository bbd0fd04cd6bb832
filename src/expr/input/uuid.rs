//! `uuid` from text: 32 hexadecimal digits, in braces or not, with a hyphen after
//! any group of four.

/// The bytes; `None` if it is not one.
pub(super) fn uuid(text: &str) -> Option<[u8; 16]> {
    let body = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}')?,
        None => text,
    };
    let mut digits = 0;
    let mut bytes = [0u8; 16];
    for c in body.chars() {
        if c == '-' && digits > 0 && digits < 32 && digits % 4 == 0 {
            continue;
        }
        let digit = c.to_digit(16)? as u8;
        let byte = bytes.get_mut(digits / 2)?;
        *byte = *byte << 4 | digit;
        digits += 1;
    }
    (digits == 32).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn the_usual_spellings_are_read() {
        let plain = uuid("a0eebc999c0b4ef8bb6d6bb9bd380a11");
        assert!(plain.is_some());
        for same in [
            "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
            "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
            "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
        ] {
            assert_eq!(uuid(same), plain, "{same}");
        }
        for wrong in ["", "a0eebc99", "{a0eebc999c0b4ef8bb6d6bb9bd380a11", "x0eebc999c0b4ef8bb6d6bb9bd380a11"]
        {
            assert_eq!(uuid(wrong), None, "{wrong}");
        }
    }
}
