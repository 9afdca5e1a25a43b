using static Gyre.Models.Weights.WeightErrors;

namespace Gyre.Models.Catalog;

/// <summary>Builds the errors of this room.</summary>
internal static class CatalogErrors
{
    /// <summary>A reference that names no model.</summary>
    public static ModelException NotFound(string reference, string modelsFolder, IReadOnlyList<string> installed) =>
        new("RUN0020", $"Finding model {Quote(reference)}: there is no such name in {Quote(modelsFolder)} and no such path; expected {(installed.Count == 0 ? "an installed model (there is none yet)" : "one of " + string.Join(", ", installed.Take(12).Select(Quote)))}, a safetensors folder or a .gguf file. Fetch it with 'gyre pull', or check the path.");

    /// <summary>A model that lacks a part.</summary>
    public static ModelException Incomplete(string path, string missing, string next) =>
        new("RUN0021", $"Opening model {Quote(path)}: found no {missing}; expected config.json, safetensors weights and tokenizer files, or one .gguf file. {next}");

    /// <summary>A small file beside the weights that cannot be read.</summary>
    public static ModelException Malformed(string path, string found, string expected, Exception? cause = null) =>
        new("RUN0022", $"Reading {Quote(path)}: {found}; expected {expected}. Fetch the model's files again.", cause);

    /// <summary>A name that cannot be a model's.</summary>
    public static ModelException BadName(string name, string found) =>
        new("RUN0023", $"Naming a model {Quote(name)}: {found}; expected 1 to 96 letters, digits, '.', '_' or '-' that do not start with '.'. Choose another name.");

    /// <summary>A reference that cannot be fetched.</summary>
    public static ModelException BadReference(string reference, string found) =>
        new("RUN0040", $"Fetching {Quote(reference)}: {found}; expected a hub id such as org/name or org/name@revision, the URL of a .gguf or .safetensors file, or a path. Correct the reference.");

    /// <summary>A server that could not be reached, or kept failing.</summary>
    public static ModelException Unreachable(string url, string found, int attempts, Exception? cause) =>
        new("RUN0041", $"Fetching {Quote(url)}: {found} after {attempts} attempts without progress; expected an answer. What has arrived is kept: check the network and run the same command again to resume.", cause);

    /// <summary>A server that refuses this user.</summary>
    public static ModelException Refused(string url, int status, bool hadToken) =>
        new("RUN0042", $"Fetching {Quote(url)}: the server answered {status}; expected permission. The model does not exist, is private, or asks you to accept its terms on its page first. {(hadToken ? "The token in HF_TOKEN is not accepted for it: check that it is valid and may read this model." : "Set HF_TOKEN to an access token that may read it.")}");

    /// <summary>A model, revision or file that does not exist.</summary>
    public static ModelException Absent(string url, string what) =>
        new("RUN0043", $"Fetching {Quote(url)}: {what} does not exist; expected it there. Check the spelling of the model, the revision and the endpoint (HF_ENDPOINT).");

    /// <summary>Content that is not what it should be.</summary>
    public static ModelException Mismatch(string file, string found, string expected) =>
        new("RUN0044", $"Checking {Quote(file)}: it has {found}; expected {expected}. The download was damaged or the file changed, so it was deleted: run the same command again.");

    /// <summary>A file name in a listing that could lead outside the model's folder.</summary>
    public static ModelException UnsafeName(string reference, string name) =>
        new("RUN0045", $"Fetching {Quote(reference)}: its listing names the file {Quote(name)}; expected names inside the model's folder. The server is broken or hostile: do not use this model.");

    /// <summary>A disk that cannot take the model.</summary>
    public static ModelException CannotStore(string path, string found, Exception? cause = null) =>
        new("RUN0046", $"Storing {Quote(path)}: {found}; expected a folder with enough space that can be written. What has arrived is kept: free space, or choose another data folder, and run the same command again to resume.", cause);

    /// <summary>A model with nothing that can be run, or with a choice to make.</summary>
    public static ModelException NothingToFetch(string reference, string found, string next) =>
        new("RUN0047", $"Fetching {Quote(reference)}: found {found}; expected safetensors weights or one GGUF file. {next}");

    /// <summary>An answer that is not of the hub's form, or beyond the limits.</summary>
    public static ModelException BadAnswer(string url, string found, string expected, Exception? cause = null) =>
        new("RUN0048", $"Fetching {Quote(url)}: {found}; expected {expected}. Check that the endpoint (HF_ENDPOINT) is a hub.", cause);

    /// <summary>A folder that already holds another model.</summary>
    public static ModelException NameTaken(string folder, string source) =>
        new("RUN0049", $"Storing a model in {Quote(folder)}: it holds {Quote(source)}; expected an empty folder or the same model. Choose another name, or remove that folder.");
}
