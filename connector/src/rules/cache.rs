//! Compiled modules, kept in a folder of our own between starts, and the one place that loads machine code.
//!
//! A file is named by the digest of its module and the engine's fingerprint, appears whole or not at all, and ends with
//! a checksum. What is missing, damaged or of another version is compiled anew.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use wasmtime::Engine;
use wasmtime::component::Component;

use super::error::OperatorFault;
use crate::clock::{Clock, SystemClock};

const EXTENSION: &str = "cwasm";
/// Of the file beside it, which holds what was found out about the module.
const NOTE_EXTENSION: &str = "note";
/// The most bytes of such a note: what a module of the largest allowed manifest needs.
const MAX_NOTE_BYTES: u64 = 8 << 20;
/// What our files end with, before the checksum.
const MARK: &[u8; 8] = b"koppel-1";
/// Bytes behind the code: the mark and the checksum.
const TRAILER_BYTES: usize = 12;
/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 64 << 10;
/// How old a file without its name must be until nobody can be writing it any more.
const ABANDONED: Duration = Duration::from_hours(24);

/// Where compiled modules are kept between starts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CacheFolder {
    /// Nowhere: every start compiles anew.
    #[default]
    None,
    /// `koppelaar` in the cache folder of the user, where there is one that can be used.
    Users,
    /// This folder, which is made when it is missing. Nobody else may be able to write to it.
    Named(PathBuf),
}

/// A folder of compiled modules.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    folder: PathBuf,
    max_bytes: u64,
}

impl Cache {
    /// Opens what the operator chose; keeps at most `max_bytes` there.
    pub fn of(choice: &CacheFolder, max_bytes: u64) -> Result<Option<Self>, OperatorFault> {
        match choice {
            CacheFolder::None => Ok(None),
            // Nobody asked for it, so it is no fault that it cannot be used.
            CacheFolder::Users => Ok(users_folder().and_then(|folder| Self::open(&folder, max_bytes).ok())),
            CacheFolder::Named(folder) => Self::open(folder, max_bytes).map(Some),
        }
    }

    /// Opens `folder`, or makes it. Whoever can write there can run code in this program: a folder of another user, or
    /// one that others can write to, is refused.
    fn open(folder: &Path, max_bytes: u64) -> Result<Self, OperatorFault> {
        let fault = |source| OperatorFault::Cache { folder: folder.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault)?;
        let metadata = fs::metadata(folder).map_err(fault)?;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(fault(io::Error::other("it belongs to another user")));
        }
        if metadata.mode() & 0o022 != 0 {
            return Err(fault(io::Error::other("others than its owner can write to it")));
        }
        Ok(Self { folder: folder.to_owned(), max_bytes })
    }

    /// The compiled module with this digest, if there is a sound one.
    pub fn load(&self, engine: &Engine, digest: &str, fingerprint: &str) -> Option<wasmtime::Result<Component>> {
        let path = self.path(digest, fingerprint);
        let file = File::open(&path).ok()?;
        if !is_sound(&file).unwrap_or(false) {
            // Gone already when another process saw the same.
            let _ = fs::remove_file(&path);
            return None;
        }
        // Which files were used last decides which ones go; a folder that cannot be written to keeps what it has.
        let _ = file.set_modified(now());
        Some(component(engine, &path))
    }

    /// Keeps compiled code, loads it, and lets the files go that were not used for longest.
    pub fn store(
        &self,
        engine: &Engine,
        digest: &str,
        fingerprint: &str,
        code: &[u8],
    ) -> Result<wasmtime::Result<Component>, OperatorFault> {
        let path = self.path(digest, fingerprint);
        let keep = || {
            let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.folder)?;
            write(file.as_file_mut(), code)?;
            file.persist(&path)?;
            self.make_room(&path)
        };
        keep().map_err(|source| OperatorFault::Cache { folder: self.folder.clone(), source })?;
        Ok(component(engine, &path))
    }

    /// Keeps what was found out about a module, beside its code. It goes when the code goes.
    pub fn note(&self, digest: &str, fingerprint: &str, note: &[u8]) -> Result<(), OperatorFault> {
        let keep = || {
            let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.folder)?;
            write(file.as_file_mut(), note)?;
            file.persist(self.path(digest, fingerprint).with_extension(NOTE_EXTENSION))?;
            Ok::<_, io::Error>(())
        };
        keep().map_err(|source| OperatorFault::Cache { folder: self.folder.clone(), source })
    }

    /// What was found out about a module, if that is kept, sound, and no longer than a note may be.
    pub fn noted(&self, digest: &str, fingerprint: &str) -> Option<Vec<u8>> {
        let path = self.path(digest, fingerprint).with_extension(NOTE_EXTENSION);
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(MAX_NOTE_BYTES + 1).read_to_end(&mut bytes).ok()?;
        let note_bytes = bytes.len().checked_sub(TRAILER_BYTES)?;
        let sound = bytes.len() as u64 <= MAX_NOTE_BYTES
            && bytes[note_bytes..] == trailer(crc32fast::hash(&bytes[..note_bytes]));
        sound.then(|| {
            bytes.truncate(note_bytes);
            bytes
        })
    }

    fn path(&self, digest: &str, fingerprint: &str) -> PathBuf {
        self.folder.join(format!("{digest}-{fingerprint}.{EXTENSION}"))
    }

    fn make_room(&self, newest: &Path) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let path = entry.path();
            // Gone already when another process makes room too.
            let Ok(metadata) = entry.metadata() else { continue };
            let used = metadata.modified()?;
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                files.push((used, metadata.len(), path));
            } else if used + ABANDONED < now() && is_unfinished(&path) {
                let _ = fs::remove_file(path);
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files.iter().filter(|(_, _, path)| path != newest) {
            if total <= self.max_bytes {
                break;
            }
            // A process that has loaded it keeps it until it ends.
            if fs::remove_file(path).is_ok() {
                total -= bytes;
                // There may be none.
                let _ = fs::remove_file(path.with_extension(NOTE_EXTENSION));
            }
        }
        Ok(())
    }
}

fn users_folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("koppelaar"))
}

/// Loads code that is kept nowhere, because there is no cache.
pub(super) fn load_once(engine: &Engine, code: &[u8]) -> Result<wasmtime::Result<Component>, OperatorFault> {
    let fault = |source| OperatorFault::Cache { folder: std::env::temp_dir(), source };
    let mut file = tempfile::Builder::new().prefix("koppelaar-").tempfile().map_err(fault)?;
    write(file.as_file_mut(), code).map_err(fault)?;
    Ok(component(engine, file.path()))
}

/// Loads compiled code from a file that this module wrote.
#[allow(
    unsafe_code,
    reason = "wasmtime cannot check machine code. These files only this module writes, from what our own compiler gave \
              for this very engine, into a folder that no other user can write to; their checksum was just right, and \
              they are never changed, only replaced or removed"
)]
fn component(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: see above.
    unsafe { Component::deserialize_file(engine, path) }
}

fn write(file: &mut File, code: &[u8]) -> io::Result<()> {
    file.write_all(code)?;
    file.write_all(&trailer(crc32fast::hash(code)))
}

/// What a file ends with whose content has this checksum.
fn trailer(checksum: u32) -> [u8; TRAILER_BYTES] {
    let mut trailer = [0; TRAILER_BYTES];
    trailer[..MARK.len()].copy_from_slice(MARK);
    trailer[MARK.len()..].copy_from_slice(&checksum.to_le_bytes());
    trailer
}

/// Whether a file is as it was written: a machine can lose power in the middle, and a disk can err.
fn is_sound(mut file: &File) -> io::Result<bool> {
    let Some(code_bytes) = file.metadata()?.len().checked_sub(TRAILER_BYTES as u64) else { return Ok(false) };
    let mut checksum = crc32fast::Hasher::new();
    // Small enough for the processor's cache, and nothing to fetch from the system for every file.
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut rest = file.take(code_bytes);
    loop {
        match rest.read(&mut chunk)? {
            0 => break,
            length => checksum.update(&chunk[..length]),
        }
    }
    let mut found = [0; TRAILER_BYTES];
    file.seek(SeekFrom::Start(code_bytes))?;
    file.read_exact(&mut found)?;
    Ok(found == trailer(checksum.finalize()))
}

fn now() -> SystemTime {
    SystemClock.now().into()
}

fn is_unfinished(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".new-"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::rules::wasm;

    /// The head of a component without anything in it.
    const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";
    const FINGERPRINT: &str = "f";

    fn engine() -> (Engine, Vec<u8>) {
        let engine = Engine::new(&wasm::code()).unwrap();
        let code = engine.precompile_component(&COMPONENT).unwrap();
        (engine, code)
    }

    #[test]
    fn what_was_kept_is_found_under_its_digest_and_fingerprint_only() {
        let (engine, code) = engine();
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("made/on/the/way"), 1 << 30).unwrap();
        assert!(cache.load(&engine, "a", FINGERPRINT).is_none());
        cache.store(&engine, "a", FINGERPRINT, &code).unwrap().unwrap();
        cache.load(&engine, "a", FINGERPRINT).unwrap().unwrap();
        assert!(cache.load(&engine, "b", FINGERPRINT).is_none());
        assert!(cache.load(&engine, "a", "g").is_none());
        load_once(&engine, &code).unwrap().unwrap();
    }

    #[test]
    fn a_damaged_file_is_never_loaded_and_goes() {
        let (engine, code) = engine();
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), 1 << 30).unwrap();
        cache.store(&engine, "a", FINGERPRINT, &code).unwrap().unwrap();
        let path = cache.path("a", FINGERPRINT);
        let whole = fs::read(&path).unwrap();
        let flipped = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        };
        let middle = whole.len() / 2;
        let damaged = [
            vec![],
            whole[..middle].to_vec(),
            whole[1..].to_vec(),
            flipped(0),
            flipped(middle),
            flipped(whole.len() - 1),
        ];
        for bytes in damaged {
            fs::write(&path, bytes).unwrap();
            assert!(cache.load(&engine, "a", FINGERPRINT).is_none());
            assert!(!path.exists());
        }
        // What is whole but not ours fails to load, and says so.
        let mut other = File::create(&path).unwrap();
        write(&mut other, b"no machine code").unwrap();
        assert!(cache.load(&engine, "a", FINGERPRINT).unwrap().is_err());
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let (engine, code) = engine();
        let folder = tempfile::tempdir().unwrap();
        let bytes = (code.len() + TRAILER_BYTES) as u64;
        let cache = Cache::open(folder.path(), 2 * bytes).unwrap();
        for (age_secs, digest) in [(30, "a"), (20, "b")] {
            cache.store(&engine, digest, FINGERPRINT, &code).unwrap().unwrap();
            let file = File::open(cache.path(digest, FINGERPRINT)).unwrap();
            file.set_modified(now() - Duration::from_secs(age_secs)).unwrap();
        }
        // Using a file makes it young again.
        assert!(cache.load(&engine, "a", FINGERPRINT).is_some());
        cache.store(&engine, "c", FINGERPRINT, &code).unwrap().unwrap();
        let kept = ["a", "b", "c"].map(|digest| cache.load(&engine, digest, FINGERPRINT).is_some());
        assert_eq!(kept, [true, false, true]);
        // One that is larger than the cache is kept all the same: it is needed now.
        let narrow = Cache { max_bytes: 1, ..cache };
        narrow.store(&engine, "d", FINGERPRINT, &code).unwrap().unwrap();
        let kept = ["a", "c", "d"].map(|digest| narrow.load(&engine, digest, FINGERPRINT).is_some());
        assert_eq!(kept, [false, false, true]);
    }

    #[test]
    fn what_nobody_finished_goes_after_a_day() {
        let (engine, code) = engine();
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), 1 << 30).unwrap();
        for (name, age) in [(".new-a", ABANDONED * 2), (".new-b", Duration::ZERO), ("notes.txt", ABANDONED * 2)] {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(now() - age).unwrap();
        }
        cache.store(&engine, "a", FINGERPRINT, &code).unwrap().unwrap();
        let left = [".new-a", ".new-b", "notes.txt"].map(|name| folder.path().join(name).exists());
        assert_eq!(left, [false, true, true]);
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o770)).unwrap();
        let error = Cache::open(folder.path(), 1).unwrap_err();
        let OperatorFault::Cache { source, .. } = &error else { panic!("{error}") };
        assert_eq!(source.to_string(), "others than its owner can write to it");
        assert!(Cache::open(Path::new("/dev/null"), 1).is_err());
    }
}
