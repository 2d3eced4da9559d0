//! A mailbox on a server becomes raw messages in order. Read, never changed: EXAMINE and BODY.PEEK only.
