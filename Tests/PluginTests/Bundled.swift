import Glibc
import RialtoTestHost

/// The plugins that this build has made, as the host would load them.
enum Bundled {
    /// Folder of the built libraries: where the test program itself lies.
    static var folder: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
        let text = String(decoding: path, as: UTF8.self)
        return text.lastIndex(of: "/").map { String(text[..<$0]) } ?? "."
    }

    /// Makes the plugin of `lib<name>.so`.
    static func host(
        _ name: String, _ parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()]
    ) throws(TestFailure) -> TestHost {
        try TestHost(
            library: "\(folder)/lib\(name).so", parameters: parameters, instruments: instruments)
    }
}
