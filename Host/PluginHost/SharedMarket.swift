import CWorker

/// What a sandboxed plugin can see of the market beside the batch that it is given.
package enum Publishing: String, Sendable, CaseIterable {
    /// Nothing: the rows of a batch are copied to where the worker reads when they are due.
    case justInTime = "just-in-time"
    /// All stored rows of the run, later ones too: the worker reads them where the host has them.
    /// For plugins that are trusted not to look ahead; nothing else of the sandbox is weaker.
    case ahead
}

/// Market data that workers read where the host has it. The files that they map are known before
/// the first of them starts; where the host's columns lie in those may be added until a run begins.
package final class SharedMarket {
    /// Bytes of a file that the host has mapped too.
    struct Stretch {
        let start: UInt
        let end: UInt
        /// Index in ``files``.
        let file: Int
        /// Where in the file it begins.
        let offset: Int
    }

    /// A file that workers map.
    package struct File {
        let descriptor: Int32
        let length: Int
        let isResident: Bool

        /// - Parameters:
        ///   - descriptor: Cannot write.
        ///   - length: Bytes that are mapped, from the beginning.
        ///   - isResident: Whether all of them are in memory: a worker then takes the whole map at
        ///     its start rather than page by page in its run.
        package init(descriptor: Int32, length: Int, isResident: Bool) {
            self.descriptor = descriptor
            self.length = length
            self.isResident = isResident
        }
    }

    let files: [File]
    private(set) var stretches: [Stretch] = []
    private(set) var constants: [UnsafeRawBufferPointer] = []
    /// Addresses of bytes that never change, in order.
    private var lasting: [Range<UInt>] = []
    private let owners: [AnyObject]

    /// - Parameters:
    ///   - files: Those after the first ``filesMax`` are left out.
    ///   - owners: What keeps their descriptors open, and lasting bytes in their place.
    package init(files: [File], owners: [AnyObject]) {
        self.files = Array(files.prefix(Self.filesMax))
        self.owners = owners
    }

    /// Most files of one run: what lies in others is copied.
    package static let filesMax = Int(RIALTO_REGIONS_MAX)
    /// Most columns of equal values that each worker keeps: 48 KiB for each series.
    static let constantsMax = 64

    /// Says where in this process a part of a file lies.
    ///
    /// - Parameters:
    ///   - start: As long as workers live.
    ///   - descriptor: Of a file that was given at the start; of another one nothing is shared.
    package func add(_ start: UnsafeRawPointer, count: Int, descriptor: Int32, offset: Int) {
        guard let file = files.firstIndex(where: { $0.descriptor == descriptor }),
            offset + count <= files[file].length
        else { return }
        let address = UInt(bitPattern: start)
        stretches.append(
            Stretch(start: address, end: address + UInt(count), file: file, offset: offset))
    }

    /// Names a column whose values never change: each worker keeps a copy of it.
    package func add(constant: UnsafeRawBufferPointer) {
        if constants.count < Self.constantsMax { constants.append(constant) }
    }

    /// Says that bytes stay where they are and never change as long as this object lives: what
    /// workers are told of them need not be kept a second time.
    package func add(lasting bytes: [UnsafeRawBufferPointer]) {
        lasting += bytes.compactMap { bytes in
            guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
            return UInt(bitPattern: start)..<UInt(bitPattern: start) + UInt(bytes.count)
        }
        lasting.sort { $0.lowerBound < $1.lowerBound }
    }

    /// Whether bytes are among the lasting ones.
    ///
    /// - Complexity: O(log ranges).
    func isLasting(_ start: UnsafeRawPointer, _ count: Int) -> Bool {
        let first = UInt(bitPattern: start)
        var low = 0, high = lasting.count
        while low < high {
            let middle = (low + high) / 2
            if lasting[middle].lowerBound <= first { low = middle + 1 } else { high = middle }
        }
        return low > 0 && first + UInt(count) <= lasting[low - 1].upperBound
    }

    /// Changes whenever something is added that workers can see.
    var version: Int { stretches.count + constants.count }
}

/// Where a worker finds what the host has: the same bytes at other addresses.
struct SharedPlaces {
    private struct Place {
        let start: UInt
        let end: UInt
        /// What an address of the host is moved by.
        let distance: UInt64
    }

    private var places: [Place] = []
    private var latest = 0

    /// Says that the host's bytes from `start` on are found at `place`.
    mutating func add(_ start: UInt, count: Int, at place: UInt64) {
        places.append(
            Place(start: start, end: start + UInt(count), distance: place &- UInt64(start)))
    }

    /// Where the worker finds some bytes; nil when they are copied.
    ///
    /// - Complexity: O(1) when they lie where the last ones did, otherwise O(places).
    mutating func place(of start: UnsafeRawPointer, _ count: Int) -> UInt64? {
        let address = UInt(bitPattern: start), end = address + UInt(count)
        if latest < places.count, places[latest].start <= address, end <= places[latest].end {
            return UInt64(address) &+ places[latest].distance
        }
        for (index, place) in places.enumerated() where place.start <= address && end <= place.end {
            latest = index
            return UInt64(address) &+ place.distance
        }
        return nil
    }
}
