import Foundation
import RialtoPluginHost

/// The repository that these tests lie in.
package let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// The folder of shared vectors and data beside the repository, or where RIALTO_SHARED says.
package let shared: URL? = {
    let set = ProcessInfo.processInfo.environment["RIALTO_SHARED"].map { URL(fileURLWithPath: $0) }
    let folder = set ?? repository.deletingLastPathComponent().appendingPathComponent("shared")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}()

/// Runs a program found in PATH. Returns its exit status and what it printed.
@discardableResult
package func runProgram(
    _ arguments: [String], environment: [String: String] = [:]
) throws
    -> (status: Int32, output: String)
{
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

/// A folder that is removed with its owner.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "rialto-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

/// Why a plugin could not be built for a test.
package struct BuildFailure: Error {
    package let output: String

    package init(output: String) { self.output = output }
}

/// Builds the C plugin `source` into `folder/<name>/<name>.so` as its README tells an author to.
@discardableResult
package func buildPlugin(
    _ source: String, name: String, in folder: String, flags: [String] = []
) throws -> String {
    let home = folder + "/" + name
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let library = home + "/" + name + ".so"
    let api = repository.appendingPathComponent("PluginAPI")
    let result = try runProgram(
        [
            "clang", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden",
            "-I", api.appendingPathComponent("CRialto/include").path,
            "-I", api.appendingPathComponent("c/include").path, source, "-o", library,
        ] + flags)
    guard result.status == 0 else { throw BuildFailure(output: result.output) }
    return library
}

/// Builds a C plugin from its text, with its manifest. Returns the plugin's folder.
@discardableResult
package func installSource(
    _ text: String, name: String, in folder: String, flags: [String] = []
) throws -> String {
    let home = folder + "/" + name
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: home + "/" + name + ".c"))
    let library = try buildPlugin(
        home + "/" + name + ".c", name: name, in: folder, flags: flags)
    try writeManifest(of: library)
    return home
}

/// Makes the manifest of a library beside it.
package func writeManifest(of library: String) throws {
    let home = URL(fileURLWithPath: library).deletingLastPathComponent()
    let text = try PluginLibrary.describe(library).json()
    try Data(text.utf8).write(to: home.appendingPathComponent(Manifest.fileName))
}

/// Builds a bundled C strategy with its manifest. Returns the plugin's folder.
@discardableResult
package func installBundled(_ source: String, name: String, in folder: String) throws -> String {
    let path = repository.appendingPathComponent("Plugins/Strategies/\(source)").path
    let library = try buildPlugin(path, name: name, in: folder)
    try writeManifest(of: library)
    return folder + "/" + name
}

/// Copies a plugin that the package has built into `folder/<name>`, with its manifest.
package func installBuilt(_ name: String, in folder: String) throws {
    let home = folder + "/" + name, library = home + "/" + name + ".so"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let built = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let products = URL(fileURLWithPath: built).deletingLastPathComponent()
    try FileManager.default.copyItem(
        atPath: products.appendingPathComponent("lib\(name).so").path, toPath: library)
    try writeManifest(of: library)
}
