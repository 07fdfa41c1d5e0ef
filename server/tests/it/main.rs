//! The program tested from outside: one file per feature, on a real SQLite file and a real PostgreSQL server.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod access_matrix;
mod administration;
mod browser;
mod calendar;
mod calendar_file;
mod child_words;
mod databases;
mod demo;
mod export;
mod forms;
mod import;
mod letters;
mod main_job;
mod meetings;
mod offline;
mod oidc;
mod oidc_hostile;
mod one_more_instrument;
mod pages;
mod passkeys;
mod plan;
mod program;
mod push;
mod push_service;
mod rights;
mod sessions;
mod sharing;
mod signing_in;
mod team_meeting;
