import Glibc
import RialtoHistory
import RialtoText

/// The files of an import: what they are, as far as their names and first bytes tell.
struct ImportSources {
    private enum Form {
        case text
        case numpy
        case zip
        /// Cannot be read twice.
        case pipe
    }

    let paths: [String]
    let isNumpy: Bool
    private let hasPipe: Bool

    /// - Throws: ``HouseMessage`` for files that cannot be imported together or at all.
    init(_ paths: [String], _ plan: ImportPlan, instruments: Int) throws {
        let forms = try paths.map(Self.form)
        self.paths = paths
        isNumpy = forms.contains(.numpy)
        hasPipe = forms.contains(.pipe)
        if let index = forms.firstIndex(of: .zip) { throw Self.zipped(paths[index]) }
        if !isNumpy { try Self.checkText(instruments) }
        if isNumpy { try Self.checkNumpy(paths, plan) }
    }

    private static func checkNumpy(_ paths: [String], _ plan: ImportPlan) throws {
        guard paths.count == 1 else {
            throw HouseMessage.wrongCall(
                "\(paths.count) files were given, and NumPy files are imported one at a time",
                help: "import each with its own instruments")
        }
        if let option = plan.textOptions.first {
            throw HouseMessage.wrongCall(
                "--\(option) was given, but NumPy files have none",
                help: "leave it out; --column FIELD=NAME names a field of the array")
        }
    }

    /// Whether a first pass can look at the numbers as text.
    var canBeScanned: Bool { !isNumpy && !hasPipe }

    var whyNotScanned: String {
        isNumpy ? "a NumPy file does not say them" : "a pipe can be read only once"
    }

    private static func checkText(_ instruments: Int) throws {
        guard instruments > 1 else { return }
        throw HouseMessage.wrongCall(
            "\(instruments) instruments were named, but a text file holds one",
            help: "name several only for a NumPy file with an axis of instruments")
    }

    private static func zipped(_ path: String) -> HouseMessage {
        HouseMessage(
            "import refused: the file is a zip archive", details: [.init("file", path)],
            help: "take the table out of it first: unzip -p ARCHIVE NAME > table.csv")
    }

    /// Opens the file as the import will, so that what cannot be read is told before all else.
    private static func form(_ path: String) throws -> Form {
        _ = try ByteInput(path: path)
        var status = stat()
        let isKnown = stat(path, &status) == 0
        if isKnown, status.st_mode & S_IFMT == S_IFDIR {
            throw HouseMessage(
                "import refused: a folder cannot be imported", details: [.init("file", path)],
                help: "name the files in it, in order of time")
        }
        guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
            return path.hasSuffix(".npy") ? .numpy : .pipe
        }
        let start = firstBytes(path)
        if start.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return .numpy }
        if start.starts(with: [0x50, 0x4B, 3, 4]) { return .zip }
        return path.hasSuffix(".npy") || path.hasSuffix(".npy.gz") ? .numpy : .text
    }

    private static func firstBytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
