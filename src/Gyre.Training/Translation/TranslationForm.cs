using Gyre.Training.Recipes;

namespace Gyre.Training.Translation;

/// <summary>How pairs are put before the model, and what its loss is: as the paper says, or with the errors of a published teaching version.</summary>
internal sealed record TranslationForm
{
    /// <summary>
    /// The decoder reads a start token and the answer, and is to say the answer and an end token. False gives the answer as
    /// input and as target of the same place, without start and end: what is learned is to copy.
    /// </summary>
    public required bool Shifts { get; init; }

    /// <summary>
    /// No token of an answer sees a later one, and padding is neither seen nor counted. False has no mask at all: padding is
    /// read and is to be said.
    /// </summary>
    public required bool Masks { get; init; }

    /// <summary>The softmax is taken twice, once before the loss that takes it.</summary>
    public required bool NormalizesTwice { get; init; }

    public required float LabelSmoothing { get; init; }

    /// <summary>True for a form that a decoder can be run in.</summary>
    public bool IsCausal => Shifts && Masks;

    public static TranslationForm Read(RecipeSection section)
    {
        var form = new TranslationForm
        {
            Shifts = section.Flag("shifted_targets", true),
            Masks = section.Flag("masks", true),
            NormalizesTwice = section.Flag("softmax_before_loss", false),
            LabelSmoothing = (float)section.Number("label_smoothing", 0, 0, 0.9),
        };
        if (form.NormalizesTwice && form.LabelSmoothing > 0)
        {
            section.Fault("label_smoothing", "cannot be together with softmax_before_loss.");
        }

        section.Finish();
        return form;
    }
}
