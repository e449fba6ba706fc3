ALTER TABLE "model_versions" ALTER COLUMN "recipe" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "origin" jsonb;