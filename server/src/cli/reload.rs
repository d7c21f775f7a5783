//! What is taken up while the server runs: on SIGHUP the configuration is read again, and those who can take up a change are
//! told. The rest is named, and takes a restart.

use anyhow::Context;

use super::{config::Setting, serve};

type TakeUp = Box<dyn FnMut(&serve::Arguments) -> anyhow::Result<()> + Send>;

/// What is taken up, and what held when it was last read.
pub(super) struct Reloads {
    settings: Vec<Setting>,
    hooks: Vec<(&'static [&'static str], TakeUp)>,
}

impl Reloads {
    /// Nothing is taken up yet of what holds.
    pub(super) fn new(settings: Vec<Setting>) -> Self {
        Self { settings, hooks: Vec::new() }
    }

    /// Takes up some flags, by their long names. The work is done whether they were changed or not: what they name may have
    /// been. When it fails, what held before is to go on holding.
    pub(super) fn on(
        &mut self,
        flags: &'static [&'static str],
        take_up: impl FnMut(&serve::Arguments) -> anyhow::Result<()> + Send + 'static,
    ) {
        self.hooks.push((flags, Box::new(take_up)));
    }

    /// Reads the configuration again whenever the process is sent SIGHUP.
    #[cfg(unix)]
    pub(super) fn start(mut self) -> anyhow::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut hangups = signal(SignalKind::hangup()).context("waiting for SIGHUP")?;
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                match super::serve_arguments() {
                    Ok((arguments, settings)) => self.take_up(&arguments, settings),
                    Err(error) => {
                        tracing::error!(
                            "the configuration is wrong, and the old one goes on holding: {error:#}"
                        )
                    }
                }
            }
        });
        Ok(())
    }

    /// There is no such signal here.
    #[cfg(not(unix))]
    pub(super) fn start(self) -> anyhow::Result<()> {
        Ok(())
    }

    fn take_up(&mut self, arguments: &serve::Arguments, settings: Vec<Setting>) {
        for (flags, take_up) in &mut self.hooks {
            if let Err(error) = take_up(arguments) {
                tracing::error!(?flags, "could not be taken up, and the old goes on holding: {error:#}");
            }
        }
        let taken_up = |name: &str| self.hooks.iter().any(|(flags, _)| flags.contains(&name));
        // What takes a restart is told each time, until it was restarted.
        for (old, new) in self.settings.iter_mut().zip(settings) {
            if taken_up(&new.name) {
                *old = new;
            } else if old.values != new.values {
                tracing::warn!(setting = new.name, held = ?old.values, said = ?new.values, "was changed, and takes a restart");
            }
        }
        tracing::info!("the configuration was read again");
    }
}
