ALTER TABLE "predictions" ALTER COLUMN "label" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "predictions" ALTER COLUMN "confidence" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "value" double precision;