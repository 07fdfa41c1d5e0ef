//! Every function of the store, on a real SQLite file and on a real PostgreSQL server.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod access;
mod administration;
mod asks;
mod backup;
mod bookings;
mod calendar_files;
mod calendars;
mod cast;
mod channels;
mod check_ins;
mod child_words;
mod complete;
mod consents;
mod contact;
mod crowd;
mod ground;
mod identities;
mod inbox;
mod invitations;
mod load;
mod log_chain;
mod looks;
mod meeting_notes;
mod meetings;
mod migration;
mod notes;
mod numbers;
mod passkeys;
mod people;
mod phone_codes;
mod photos;
mod plan;
mod plan_changes;
mod reminders;
mod replies;
mod rights;
mod sector_plans;
mod sessions;
mod settings;
mod team;
mod team_meetings;
mod ten_years;
mod walk;
