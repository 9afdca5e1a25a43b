namespace Gyre.Models.Encoders;

/// <summary>What a model does with a text's pooled vector.</summary>
internal interface ISentenceStep
{
    /// <summary>Numbers of the result.</summary>
    /// <param name="width">Numbers of what comes in.</param>
    /// <remarks>Errors: <c>RUN0601</c> when it cannot be applied to vectors of that width.</remarks>
    int WidthAfter(int width);

    /// <summary>The result; may be the vector that came in, changed.</summary>
    float[] Apply(float[] vector);
}
