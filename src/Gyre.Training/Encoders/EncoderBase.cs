using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;

namespace Gyre.Training.Encoders;

/// <summary>The encoder that a run goes on from: one trained here, or a published one.</summary>
internal static class EncoderBase
{
    /// <summary>Its configuration with a new head.</summary>
    /// <remarks>Errors: TRN0556 the folder holds no encoder.</remarks>
    public static EncoderConfiguration Configure(string folder, EncoderHead head, IReadOnlyList<string> labels)
    {
        var path = Path.Combine(folder, "config.json");
        try
        {
            return EncoderConfiguration.FromHuggingFace(File.ReadAllText(path), path) with { Head = head, Labels = labels, Problem = ClassificationProblem.SingleLabel };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelException)
        {
            throw Unusable(folder, error);
        }
    }

    /// <summary>Its body under the new head.</summary>
    /// <remarks>Errors: TRN0556 the weights do not fit.</remarks>
    public static TrainableEncoder Open(string folder, EncoderConfiguration configuration, TensorPool pool, ulong seed, bool freezesBody, bool activationCheckpointing)
    {
        try
        {
            using var weights = SafetensorsFolder.Open(folder);
            var model = TrainableEncoder.Transfer(weights, configuration, pool, seed);
            model.ActivationCheckpointing = activationCheckpointing;
            if (freezesBody)
            {
                model.FreezeBody();
            }

            return model;
        }
        catch (ModelException error)
        {
            throw Unusable(folder, error);
        }
    }

    private static TrainingException Unusable(string folder, Exception error) =>
        new("TRN0556", $"Using the base failed: '{folder}' is no encoder ({error.Message.TrimEnd('.')}). Expected a folder with config.json, model.safetensors and a tokenizer, as 'kind: encoder' writes it.", error);
}
