//! The memory that the program keeps for itself.

/// Gives back to the system what was let go of. The allocator does it by itself in time, while the program is at work; this
/// is for the moment after work that is done once and needs much.
#[allow(unsafe_code)]
pub fn give_back() {
    // SAFETY: it takes no pointer, and may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(true) }
}
