using Gyre.Models;

namespace Gyre.Training.Runs;

/// <summary>Writes a model's folder as a whole: beside its place, then put there.</summary>
internal static class ReplacedFolder
{
    /// <summary>Writes it.</summary>
    /// <param name="folder">Its place; a folder that is there is replaced.</param>
    /// <param name="what">What is written, for the message: "the trained model".</param>
    /// <param name="write">Writes into the folder that it is given.</param>
    /// <remarks>Errors: TRN0050 it could not be written; a model that was there before is intact then.</remarks>
    public static void Write(string folder, string what, Action<string> write)
    {
        var temporary = folder + ".part";
        try
        {
            Remove(temporary);
            Directory.CreateDirectory(temporary);
            write(temporary);
            Remove(folder);
            Directory.Move(temporary, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelException)
        {
            Remove(temporary);
            throw new TrainingException("TRN0050", $"Writing {what} failed: '{folder}' could not be written ({error.Message.TrimEnd('.')}). Free space and run again with --resume; the training is not lost.", error);
        }
    }

    /// <summary>Removes a folder that may not be there.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
