//! The memory that the program keeps for itself.

/// Gives back to the system what was let go of. The allocator does it by itself in time, while the program is at work; this
/// is for the moment after work that is done once and needs much.
#[allow(unsafe_code)]
pub fn give_back() {
    // SAFETY: it takes no pointer, and may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// Has the system give memory in small pages alone: with huge ones, each beginning of a block counts as two megabytes. What cannot
/// be had is done without.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn use_small_pages() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "memory may come in huge pages");
    }
}

/// Other systems have no such pages, or do not ask.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn use_small_pages() {}
