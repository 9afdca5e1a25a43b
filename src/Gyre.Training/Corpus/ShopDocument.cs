namespace Gyre.Training.Corpus;

/// <summary>A text that the shop keeps: its brand guide, a policy, a guide for customers.</summary>
/// <param name="Id">A short stable name, for example <c>returns</c>.</param>
/// <param name="Title">The heading.</param>
/// <param name="Text">Paragraphs parted by empty lines.</param>
public sealed record ShopDocument(string Id, string Title, string Text);
