//! The protocol, spoken to by a real driver.
