//! What clients send, as captured from them, runs on DataFusion and answers as in PostgreSQL.
